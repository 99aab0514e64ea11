// A hint while typing. What is really required is decided, and explained, by the server.

export interface Strength {
  /** 0 empty, 1 too short, 2 weak, 3 fair, 4 strong. */
  level: 0 | 1 | 2 | 3 | 4;
  hint: string;
}

const LEAST = 10;
const OBVIOUS = /password|passwort|qwert|asdf|letmein|welcome|iloveyou|admin|nameplate|12345|abcd/i;

export function strength(password: string, known: string[] = []): Strength {
  if (!password) return { level: 0, hint: `At least ${LEAST} characters. A few random words work well.` };
  const length = [...password].length;
  if (length < LEAST) return { level: 1, hint: `${LEAST - length} more to go.` };
  const lower = password.toLowerCase();
  if (known.some((part) => part.length > 3 && lower.includes(part.toLowerCase())))
    return { level: 2, hint: 'Leave out your own name and e-mail.' };
  if (OBVIOUS.test(password)) return { level: 2, hint: 'It contains a piece that everyone tries first.' };
  const variety = new Set(lower).size;
  if (variety < 6) return { level: 2, hint: 'Too much of the same.' };
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
  const bits = length * Math.log2([1, 14, 24, 34, 44][kinds] ?? 44) * Math.min(1, variety / (length * 0.55));
  if (bits < 58) return { level: 3, hint: 'Fair. A few more characters make it strong.' };
  return { level: 4, hint: 'Strong.' };
}
