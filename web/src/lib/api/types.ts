// The shapes the dashboard works with, by the names it uses for them.

export type LinkKind = 'website' | 'social' | 'project' | 'email' | 'file';

export interface Config {
  sign_up: boolean;
  github_login: boolean;
  mail: boolean;
  version: string;
  base_url: string;
  themes: { id: string; name: string }[];
  icons: { id: string; title: string }[];
}

export interface Account {
  id: string;
  email: string;
  email_verified: boolean;
  has_password: boolean;
  github_login: string | null;
  handle: string;
  created_at: string;
}

export interface PendingSignUp {
  github_login: string;
  display_name: string;
  email: string | null;
}

export interface Profile {
  handle: string;
  display_name: string;
  bio: string;
  theme: string;
  timezone: string;
  published: boolean;
  count_own_visits: boolean;
  privacy_signals: 'anonymous' | 'ignore-visit';
  url: string;
  updated_at: string;
  version: number;
}

export interface Link {
  id: string;
  title: string;
  url: string;
  slug: string;
  kind: LinkKind;
  icon: string;
  visible: boolean;
  pinned: boolean;
  position: number;
  short_url: string;
  created_at: string;
  updated_at: string;
  version: number;
}

export type LinkFields = Pick<Link, 'title' | 'url' | 'slug' | 'kind' | 'icon' | 'visible' | 'pinned'>;

export interface HandleState {
  handle: string;
  available: boolean;
  reason: 'taken' | 'reserved' | 'look-alike' | 'invalid' | null;
  detail: string;
}

export interface Session {
  id: string;
  device: string;
  created_at: string;
  seen_at: string;
  current: boolean;
}

export interface Token {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
}

export interface Counts {
  views: number;
  visitors: number;
  clicks: number;
}

export interface BreakdownRow extends Counts {
  value: string;
  label?: string | null;
}

export interface DashboardNumbers {
  summary: Counts & { from: string; to: string; bots: number; previous: Counts };
  timeseries: { interval: string; rows: (Counts & { at: string })[] };
  links: { rows: BreakdownRow[] };
  countries: { rows: BreakdownRow[] };
  devices: { rows: BreakdownRow[] };
  browsers: { rows: BreakdownRow[] };
  referrers: { rows: BreakdownRow[] };
  updated_at: string | null;
}
