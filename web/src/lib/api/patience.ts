// A request over the limit was not done: it is sent again by itself once the server takes it.
import { retryAfterSeconds } from './problem.ts';

/** Longer than this nobody looks at a screen that waits. */
const LONGEST = 65;
const MOST_TRIES = 3;

type Fetch = (request: Request) => Promise<Response>;
type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/** Whether it was one of the budgets of all requests. Who guesses passwords is told, not helped. */
function isGeneral(answer: Response): boolean {
  return /^"(address|user)";/.test(answer.headers.get('RateLimit') ?? '');
}

/** `send` that waits out a 429; `announce` is told the seconds when it begins to wait, and 0 when it goes on. */
export function patient(send: Fetch, announce: (seconds: number) => void, wait: Wait = sleep): Fetch {
  return async (request) => {
    for (let number = 1; ; number++) {
      // A body can be read once: the copy is what goes out.
      const answer = await send(request.clone());
      const seconds = retryAfterSeconds(answer.headers.get('Retry-After'));
      if (
        answer.status !== 429 ||
        number === MOST_TRIES ||
        !seconds ||
        seconds > LONGEST ||
        !isGeneral(answer)
      )
        return answer;
      announce(seconds);
      try {
        await wait(seconds, request.signal);
      } finally {
        announce(0);
      }
    }
  };
}

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = () => {
      clearTimeout(timer);
      reject(new DOMException('Called off', 'AbortError'));
    };
    // Those who waited together do not all come back in the same moment.
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stopped);
        resolve();
      },
      seconds * 1000 + Math.random() * 500,
    );
    signal.addEventListener('abort', stopped, { once: true });
    if (signal.aborted) stopped();
  });
}
