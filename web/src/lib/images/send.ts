// One upload. Not by fetch: only XMLHttpRequest says in every browser how much has gone out.
import { Problem, retryAfterSeconds, type ProblemBody } from '#lib/api/problem.ts';
import { watch } from '#lib/api/request.ts';
import type { Upload } from '#lib/api/types.ts';
import type { Purpose } from './purposes.ts';

export interface Parcel {
  blob: Blob;
  /** Shown in the list of images; the server reads the type from the content. */
  name: string;
  purpose: Purpose;
}

/** Sends `parcel` and answers the upload. `progress` is told the share that has left, 0 to 1.
 * Throws a Problem, and AbortError when called off. */
export function send(
  parcel: Parcel,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    // First: the server decides by it what it takes before the file begins.
    form.append('purpose', parcel.purpose);
    form.append('file', parcel.blob, parcel.name);
    const stop = () => request.abort();
    request.open('POST', '/api/v1/assets');
    request.responseType = 'text';
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.upload.onload = () => progress(1);
    request.onload = () => {
      const body = read(request.responseText);
      if (request.status >= 200 && request.status < 300 && body) return resolve(body as Upload);
      const wait = retryAfterSeconds(request.getResponseHeader('Retry-After'));
      const problem = new Problem(request.status, (body ?? {}) as ProblemBody, wait);
      if (problem.code === 'not-signed-in') watch.signedOut();
      reject(problem);
    };
    request.onerror = () => reject(new Problem(0, { code: 'offline', title: 'No connection' }));
    request.onabort = () => reject(new DOMException('Called off', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    request.send(form);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's own page about what went wrong.
    return undefined;
  }
}
