// How the fields of a conflict are called and shown.

const NAMES: Record<string, string> = {
  title: 'Title',
  url: 'Address',
  slug: 'Short link',
  kind: 'Kind',
  icon: 'Icon',
  visible: 'Visible',
  pinned: 'Pinned',
  handle: 'Handle',
  display_name: 'Name',
  bio: 'Bio',
  theme: 'Theme',
  timezone: 'Time zone',
  published: 'Published',
  count_own_visits: 'Count own visits',
  privacy_signals: 'Do Not Track',
};

export function named(field: string): string {
  return NAMES[field] ?? field;
}

export function shown(value: unknown): string {
  if (value === true) return 'Yes';
  if (value === false) return 'No';
  return value === '' || value === null || value === undefined ? '(empty)' : String(value);
}
