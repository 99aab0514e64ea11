import { expect, it } from 'vitest';
import { curl, example, fieldsOf, groups, isPublic, matching, typeName, type Document } from './openapi.ts';

const document: Document = {
  info: { title: 'T', version: '1' },
  paths: {
    '/api/v1/links': {
      get: { operationId: 'getLinks', summary: 'Your links', tags: ['Links'] },
      post: {
        operationId: 'createLink',
        tags: ['Links'],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/NewLink' } } },
        },
      },
    },
    '/api/v1/config': { get: { tags: ['Installation'], security: [] } },
  },
  components: {
    schemas: {
      NewLink: {
        type: 'object',
        required: ['url'],
        properties: { url: { type: 'string' }, title: { oneOf: [{ type: 'string' }, { type: 'null' }] } },
      },
      Kind: { type: 'string', enum: ['a', 'b'] },
      List: {
        type: 'object',
        properties: { rows: { type: 'array', items: { $ref: '#/components/schemas/NewLink' } } },
      },
    },
  },
};

it('operations stand under their tag', () => {
  expect(groups(document).map(({ tag, entries }) => [tag, entries.length])).toEqual([
    ['Links', 2],
    ['Installation', 1],
  ]);
});

it('an operation is found by its words', () => {
  const entry = groups(document)[0]!.entries[0]!;
  expect(matching(entry, 'get links')).toBe(true);
  expect(matching(entry, 'your')).toBe(true);
  expect(matching(entry, 'delete')).toBe(false);
});

it('types read as one says them', () => {
  const schemas = document.components!.schemas!;
  expect(typeName(document, { $ref: '#/components/schemas/Kind' })).toBe('"a" | "b"');
  expect(typeName(document, schemas.List!.properties!.rows)).toBe('NewLink[]');
  expect(typeName(document, schemas.NewLink!.properties!.title)).toBe('string or null');
  expect(typeName(document, { type: 'string', format: 'uuid' })).toBe('string (uuid)');
  expect(typeName(document, { type: 'object', additionalProperties: { type: 'string' } })).toBe(
    'map of string',
  );
  expect(Object.keys(fieldsOf(document, schemas.List!.properties!.rows)!.properties!)).toEqual([
    'url',
    'title',
  ]);
});

it('an example holds what is required', () => {
  expect(example(document, { $ref: '#/components/schemas/NewLink' })).toEqual({ url: '…' });
});

it('a call on the command line carries a token unless nobody needs one', () => {
  const [links, installation] = groups(document);
  expect(curl(document, links!.entries[1]!, 'http://x')).toBe(
    [
      'curl -X POST http://x/api/v1/links',
      '-H "Authorization: Bearer $TOKEN"',
      '-H "Content-Type: application/json"',
      `-d '{"url":"…"}'`,
    ].join(' \\\n  '),
  );
  expect(isPublic(installation!.entries[0]!.operation)).toBe(true);
  expect(curl(document, installation!.entries[0]!, 'http://x')).toBe('curl http://x/api/v1/config');
});
