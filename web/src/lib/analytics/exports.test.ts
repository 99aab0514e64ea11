import { expect, test } from 'vitest';
import { csv, eventsAddress, fileName, tableAddress } from './exports.ts';

const asked = {
  from: '2026-11-01',
  to: '2026-11-07',
  filters: { referrer: '', browser: 'A&B' },
  bots: false,
};

test('an export is asked for with the range and filters of the screen', () => {
  expect(eventsAddress(asked, 'csv')).toBe(
    '/api/v1/analytics/events.csv?from=2026-11-01&to=2026-11-07&referrer=&browser=A%26B',
  );
  expect(tableAddress('os', { ...asked, filters: {}, bots: true }, 'parquet')).toBe(
    '/api/v1/analytics/breakdown/os.parquet?from=2026-11-01&to=2026-11-07&bots=true',
  );
});

test('a table of the screen is CSV that no spreadsheet takes for a formula', async () => {
  const blob = csv(
    ['a', 'b'],
    [
      ['=1+1', 2],
      ['say "hi", you', null],
      ['-5', -5],
    ],
  );
  expect(await blob.text()).toBe('a,b\r\n\'=1+1,2\r\n"say ""hi"", you",\r\n\'-5,-5\r\n');
});

test('a file is called what the server calls it, and is in no other folder', () => {
  expect(fileName('attachment; filename="nameplate-os.csv"')).toBe('nameplate-os.csv');
  expect(fileName('attachment; filename="../x"')).toBe('nameplate');
  expect(fileName(null)).toBe('nameplate');
});
