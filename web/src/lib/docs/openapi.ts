// What the page about the API needs of an OpenAPI 3.1 document.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

interface Media {
  schema?: Schema;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Record<string, Media> };
  responses?: Record<string, { description?: string; content?: Record<string, Media> }>;
  security?: Record<string, string[]>[];
}

export interface Document {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface Entry {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** The operations by their first tag, in the order of the document. */
export function groups(document: Document): { tag: string; entries: Entry[] }[] {
  const all = new Map<string, Entry[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? 'Other';
      const id = operation.operationId ?? `${method}${path.replace(/\W+/g, '-')}`;
      all.set(tag, [...(all.get(tag) ?? []), { id, method, path, operation }]);
    }
  }
  return [...all].map(([tag, entries]) => ({ tag, entries }));
}

export function matching(entry: Entry, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const { path, method, operation } = entry;
  const where = `${method} ${path} ${operation.summary ?? ''} ${operation.operationId ?? ''}`.toLowerCase();
  return words.every((word) => where.includes(word));
}

/** Follows `$ref` and looks through the wrappers that only say "or null". */
export function resolve(document: Document, schema: Schema | undefined): Schema {
  if (!schema) return {};
  if (schema.$ref) {
    const name = refName(schema.$ref);
    return { title: name, ...resolve(document, document.components?.schemas?.[name]) };
  }
  return schema;
}

export function refName(ref: string): string {
  return decodeURIComponent(ref.split('/').at(-1) ?? '');
}

/** The type as one reads it: `string (uuid)`, `Link[]`, `"a" | "b"`, `integer or null`. */
export function typeName(document: Document, schema: Schema | undefined): string {
  if (!schema) return 'any';
  if (schema.$ref) {
    const inner = resolve(document, schema);
    return inner.enum ? typeName(document, inner) : refName(schema.$ref);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return [...new Set(options.map((option) => typeName(document, option)))].join(' or ');
  if (schema.allOf?.[0]) return typeName(document, schema.allOf[0]);
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeName(document, { ...schema, type })).join(' or ');
  if (schema.type === 'array') return `${typeName(document, schema.items)}[]`;
  if (schema.type === 'object' && schema.additionalProperties && schema.additionalProperties !== true)
    return `map of ${typeName(document, schema.additionalProperties)}`;
  return schema.format ? `${schema.type} (${schema.format})` : (schema.type ?? 'any');
}

/** The named fields inside a type, if it has any: of an object, of the rows of an array, of the one that is not null. */
export function fieldsOf(document: Document, schema: Schema | undefined): Schema | undefined {
  const inner = resolve(document, schema);
  if (inner.properties) return inner;
  if (inner.items) return fieldsOf(document, inner.items);
  const options = (inner.oneOf ?? inner.anyOf ?? inner.allOf ?? []).map((option) =>
    fieldsOf(document, option),
  );
  return options.find((option) => option !== undefined);
}

/** A small believable value of a type, for examples. */
export function example(document: Document, schema: Schema | undefined, depth = 0): unknown {
  const inner = resolve(document, schema);
  if (inner.const !== undefined) return inner.const;
  if (inner.default !== undefined && inner.default !== null) return inner.default;
  if (inner.enum) return inner.enum[0];
  const option = (inner.oneOf ?? inner.anyOf ?? inner.allOf)?.find((one) => one.type !== 'null');
  if (option) return example(document, option, depth);
  if (inner.properties) {
    if (depth > 3) return {};
    const wanted = inner.required?.length ? inner.required : Object.keys(inner.properties).slice(0, 3);
    return Object.fromEntries(
      wanted.map((name) => [name, example(document, inner.properties?.[name], depth + 1)]),
    );
  }
  const type = Array.isArray(inner.type) ? inner.type.find((one) => one !== 'null') : inner.type;
  if (type === 'array') return [example(document, inner.items, depth + 1)];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return inner.minimum ?? 1;
  if (type === 'object') return {};
  if (inner.format === 'uuid') return '0199f0de-7c1a-7000-8000-000000000000';
  if (inner.format === 'date-time') return '2026-11-22T09:00:00Z';
  if (inner.format === 'date') return '2026-11-22';
  return '…';
}

/** The call on a command line. */
export function curl(document: Document, entry: Entry, base: string): string {
  const { method, path, operation } = entry;
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}${base}${path.replace(/^\/+/, '/')}`,
  ];
  if (!isPublic(operation)) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  const media = operation.requestBody?.content?.['application/json'];
  if (media?.schema) {
    lines.push(`-H "Content-Type: application/json"`);
    lines.push(`-d '${JSON.stringify(example(document, media.schema)).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n  ');
}

/** Whether a call needs nobody logged in. */
export function isPublic(operation: Operation): boolean {
  return (
    operation.security !== undefined &&
    (operation.security.length === 0 || operation.security.some((one) => Object.keys(one).length === 0))
  );
}
