// Writes src/lib/api/schema.d.ts from openapi.json; with --check it only says whether the two fit.
// openapi.json itself comes from the server: `python -m nameplate.openapi > web/openapi.json`.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../openapi.json', import.meta.url);
const target = new URL('../src/lib/api/schema.d.ts', import.meta.url);
const head = '// Made by `npm run api` from openapi.json. Do not edit.\n\n';

const text = head + astToString(await openapiTS(source, { rootTypes: false }));

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/lib/api/schema.d.ts is stale. Run `npm run api` in web/ and commit the result.');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
