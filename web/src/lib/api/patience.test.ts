import { describe, expect, it, vi } from 'vitest';
import { patient } from './patience.ts';

const limited = (seconds: number, budget = 'address') =>
  new Response('{}', {
    status: 429,
    headers: { 'Retry-After': `${seconds}`, RateLimit: `"${budget}";r=0;t=${seconds}` },
  });

function server(...answers: Response[]) {
  const bodies: string[] = [];
  const send = vi.fn(async (request: Request) => {
    bodies.push(await request.text());
    return answers.shift() ?? new Response('done');
  });
  return { send, bodies };
}

const write = () => new Request('http://localhost/api/v1/links', { method: 'POST', body: '{"url":"x"}' });

describe('a request over the limit', () => {
  it('is sent again by itself, as it was, and says so meanwhile', async () => {
    const { send, bodies } = server(limited(12));
    const said: number[] = [];
    const waited: number[] = [];
    const fetch = patient(
      send,
      (seconds) => said.push(seconds),
      (seconds) => (waited.push(seconds), Promise.resolve()),
    );
    expect(await (await fetch(write())).text()).toBe('done');
    expect(bodies).toEqual(['{"url":"x"}', '{"url":"x"}']);
    expect(waited).toEqual([12]);
    expect(said).toEqual([12, 0]);
  });

  it('is given up after three tries', async () => {
    const { send } = server(limited(1), limited(1), limited(1), limited(1));
    const answer = await patient(
      send,
      () => undefined,
      () => Promise.resolve(),
    )(write());
    expect(answer.status).toBe(429);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it.each([limited(30, 'log-in-1'), limited(600), new Response('', { status: 503 })])(
    'is left alone when waiting is no help',
    async (answer) => {
      const { send } = server(answer);
      const wait = vi.fn(() => Promise.resolve());
      expect(await patient(send, () => undefined, wait)(write())).toBe(answer);
      expect(wait).not.toHaveBeenCalled();
    },
  );

  it('is called off with the screen that wanted it', async () => {
    const { send } = server(limited(30));
    const off = new AbortController();
    const call = patient(
      send,
      () => undefined,
    )(new Request('http://localhost/api/v1/links', { signal: off.signal }));
    setTimeout(() => off.abort(), 5);
    await expect(call).rejects.toThrow('Called off');
  });
});
