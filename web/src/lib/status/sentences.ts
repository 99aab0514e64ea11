// What people are told about services that are away, in the order of what hurts most.
import type { components } from '../api/schema';

export type Services = components['schemas']['Status']['services'];

/** The time of day, or the day as well when it was not today. */
function moment(time: string, now: Date, locale?: string): string {
  const at = new Date(time);
  const today = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(locale, {
    ...(today ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
}

const texts: [string, (from: string) => string][] = [
  [
    'postgresql',
    () => 'The database is not answering. Your page is up; changes cannot be saved for the moment.',
  ],
  [
    'github',
    (from) =>
      from
        ? `GitHub is not answering; numbers are from ${from}.`
        : 'GitHub is not answering; numbers will come.',
  ],
  ['s3', () => 'The image store is not answering. Pictures cannot be added for the moment.'],
  ['valkey', () => 'The cache is not answering. Everything works, a little slower.'],
  ['smtp', () => 'The mail server is not answering. Mails leave as soon as it does.'],
];

/** One sentence for each service that is away; none when all is well. */
export function sentences(services: Services, now: Date, locale?: string): string[] {
  return texts.flatMap(([name, say]) => {
    const service = services[name];
    if (!service || service.state === 'well') return [];
    return [say(service.answered_at ? moment(service.answered_at, now, locale) : '')];
  });
}
