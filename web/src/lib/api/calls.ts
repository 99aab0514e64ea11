// Every call the dashboard makes, once. Each throws a Problem when it fails.
import { api, body, tagged } from './request.ts';
import type { Filters, Interval } from '#lib/analytics/filters.ts';
import type {
  AuditGroup,
  LinkFields,
  LinkImage,
  ProfileChange,
  Scope,
  Shown,
  ViewportClass,
} from './types.ts';

const V1 = '/api/v1';
const ifMatch = (etag: string | undefined) => ({ header: { 'If-Match': etag ?? null } });

export const config = () => body(api.GET(`${V1}/config`));
export const description = () => body(api.GET(`${V1}/openapi.json` as never)) as Promise<unknown>;
export const handle = (name: string, signal?: AbortSignal) =>
  body(api.GET(`${V1}/handles/{handle}`, { params: { path: { handle: name } }, ...(signal && { signal }) }));

export const signUp = (fields: { handle: string; email?: string; password?: string }) =>
  body(api.POST(`${V1}/accounts`, { body: fields }));
export const pendingSignUp = () => body(api.GET(`${V1}/oauth/github/pending`));
export const logIn = (login: string, password: string) =>
  body(api.POST(`${V1}/sessions`, { body: { login, password } }));
export const secondWays = () => body(api.GET(`${V1}/sessions/second-factor`));
export const giveSecond = (proof: Shown) =>
  body(api.POST(`${V1}/sessions/second-factor`, { body: { code: '', recovery_code: '', ...proof } }));
export const askPasskey = () => body(api.POST(`${V1}/passkeys/challenge`));
export const passkeyLogIn = (passkey: Shown['passkey']) =>
  body(api.POST(`${V1}/sessions/passkey`, { body: { passkey: passkey ?? {} } }));
export const proof = () => body(api.GET(`${V1}/sessions/current/proof`));
export const prove = (shown: Shown) =>
  body(
    api.POST(`${V1}/sessions/current/proof`, {
      body: { password: '', code: '', recovery_code: '', ...shown },
    }),
  );
export const logOut = () => body(api.DELETE(`${V1}/sessions/current`));
export const endSession = (id: string) =>
  body(api.DELETE(`${V1}/sessions/{session_id}`, { params: { path: { session_id: id } } }));
export const endOtherSessions = () => body(api.DELETE(`${V1}/sessions`));

export const access = () => body(api.GET(`${V1}/account/access`));
export const account = () => body(api.GET(`${V1}/account`));
export const changeAccount = (change: { email?: string; password?: string; current_password?: string }) =>
  body(api.PATCH(`${V1}/account`, { body: { current_password: '', ...change } }));
export const unlinkGithub = () => body(api.DELETE(`${V1}/account/github`));
export const deleteAccount = (proof: { password?: string; confirm?: string }) =>
  body(api.DELETE(`${V1}/account`, { body: { password: '', confirm: '', ...proof } }));
export const sendVerification = () => body(api.POST(`${V1}/account/verification`));
export const verify = (proof: string) => body(api.POST(`${V1}/verifications`, { body: { proof } }));
export const askReset = (email: string) => body(api.POST(`${V1}/password-resets`, { body: { email } }));
export const resetPassword = (proof: string, password: string) =>
  body(api.PUT(`${V1}/password-resets`, { body: { proof, password } }));

export const offerTotp = () => body(api.POST(`${V1}/factors/totp`));
export const confirmTotp = (code: string) =>
  body(api.POST(`${V1}/factors/totp/confirmation`, { body: { code } }));
export const removeTotp = () => body(api.DELETE(`${V1}/factors/totp`));
export const offerPasskey = () => body(api.POST(`${V1}/passkeys/registration`));
export const addPasskey = (passkey: Record<string, unknown>, name: string) =>
  body(api.POST(`${V1}/passkeys`, { body: { name, passkey } }));
export const renamePasskey = (id: string, name: string) =>
  body(api.PATCH(`${V1}/passkeys/{passkey_id}`, { params: { path: { passkey_id: id } }, body: { name } }));
export const removePasskey = (id: string) =>
  body(api.DELETE(`${V1}/passkeys/{passkey_id}`, { params: { path: { passkey_id: id } } }));
export const renewCodes = () => body(api.POST(`${V1}/recovery-codes`));
export const auditLog = (query: { group?: AuditGroup; from?: string; to?: string; before?: number }) =>
  body(api.GET(`${V1}/audit-log`, { params: { query } }));

export const profile = () => tagged(api.GET(`${V1}/profile`));
export const changeProfile = (change: ProfileChange, etag?: string) =>
  tagged(api.PATCH(`${V1}/profile`, { params: ifMatch(etag), body: change }));

export const links = () => tagged(api.GET(`${V1}/links`));
export const link = (id: string) =>
  body(api.GET(`${V1}/links/{link_id}`, { params: { path: { link_id: id } } }));
export const addLink = (fields: Partial<LinkFields> & { url: string }) =>
  body(api.POST(`${V1}/links`, { body: fields }));
export const changeLink = (id: string, change: Partial<LinkFields>, version: number) =>
  body(
    api.PATCH(`${V1}/links/{link_id}`, {
      params: { path: { link_id: id }, ...ifMatch(`"${version}"`) },
      body: change,
    }),
  );
export const changeLinkImage = (id: string, change: LinkImage) =>
  body(api.PATCH(`${V1}/links/{link_id}`, { params: { path: { link_id: id } }, body: change }));
export const deleteLink = (id: string) =>
  body(api.DELETE(`${V1}/links/{link_id}`, { params: { path: { link_id: id } } }));
export const restoreLink = (id: string) =>
  body(api.POST(`${V1}/links/{link_id}/restore`, { params: { path: { link_id: id } } }));
export const orderLinks = (ids: string[], etag?: string) =>
  tagged(api.PUT(`${V1}/links/order`, { params: ifMatch(etag), body: { ids } }));

export const numbers = (
  from: string,
  to: string,
  more: Filters & { interval?: Interval; bots?: boolean } = {},
  signal?: AbortSignal,
) =>
  body(
    api.GET(`${V1}/analytics/dashboard`, {
      params: { query: { from, to, ...more } },
      ...(signal && { signal }),
    }),
  );
export const countries = (from: string, to: string, more: Filters & { bots?: boolean }) =>
  body(
    api.GET(`${V1}/analytics/breakdown/{dimension}`, {
      params: { path: { dimension: 'country' }, query: { from, to, limit: 250, ...more } },
    }),
  );
export const vitals = (from: string, to: string, more: Filters & { bots?: boolean } = {}) =>
  body(api.GET(`${V1}/analytics/vitals`, { params: { query: { from, to, ...more } } }));
export const heatmap = (
  from: string,
  to: string,
  viewport?: ViewportClass,
  more: Filters & { bots?: boolean } = {},
) =>
  body(
    api.GET(`${V1}/analytics/heatmap`, {
      params: { query: { from, to, ...(viewport !== undefined && { viewport }), ...more } },
    }),
  );
export const weeklyMail = () => body(api.GET(`${V1}/analytics/weekly-mail`));
export const setWeeklyMail = (on: boolean) => body(api.PUT(`${V1}/analytics/weekly-mail`, { body: { on } }));
export const unsubscribe = (token: string) =>
  body(api.POST(`${V1}/analytics/weekly-mail/off/{token}`, { params: { path: { token } } }));

export const addAnnotation = (fields: { day: string; text: string }) =>
  body(api.POST(`${V1}/analytics/annotations`, { body: fields }));
export const changeAnnotation = (id: string, change: { day?: string; text?: string }) =>
  body(
    api.PATCH(`${V1}/analytics/annotations/{annotation_id}`, {
      params: { path: { annotation_id: id } },
      body: change,
    }),
  );
export const deleteAnnotation = (id: string) =>
  body(
    api.DELETE(`${V1}/analytics/annotations/{annotation_id}`, { params: { path: { annotation_id: id } } }),
  );
export const shares = () => body(api.GET(`${V1}/analytics/shares`));
export const addShare = (fields: { name: string; expires_in_days?: number }) =>
  body(api.POST(`${V1}/analytics/shares`, { body: fields }));
export const deleteShare = (id: string) =>
  body(api.DELETE(`${V1}/analytics/shares/{share_id}`, { params: { path: { share_id: id } } }));
/** Whose statistics the link opens that `bearer` holds. */
export const shared = () => body(api.GET(`${V1}/analytics/shared`));

// Sending one is images/send.ts: it tells how far it is.
export const uploads = () => body(api.GET(`${V1}/assets`));
export const deleteUpload = (id: string) =>
  body(api.DELETE(`${V1}/assets/{upload_id}`, { params: { path: { upload_id: id } } }));
export const restoreUpload = (id: string) =>
  body(api.POST(`${V1}/assets/{upload_id}/restore`, { params: { path: { upload_id: id } } }));

export const usage = (days: number) => body(api.GET(`${V1}/usage`, { params: { query: { days } } }));

export const addToken = (fields: { name: string; scopes: Scope[]; expires_in_days?: number }) =>
  body(api.POST(`${V1}/tokens`, { body: fields }));
export const deleteToken = (id: string) =>
  body(api.DELETE(`${V1}/tokens/{token_id}`, { params: { path: { token_id: id } } }));

export const github = () => body(api.GET(`${V1}/github`));
export const changeGithub = (interval_minutes: number) =>
  body(api.PUT(`${V1}/github`, { body: { interval_minutes } }));
export const lendToken = (token: string) => body(api.PUT(`${V1}/github/token`, { body: { token } }));
export const removeGithubToken = () => body(api.DELETE(`${V1}/github/token`));
export const sync = (id: string) =>
  body(api.GET(`${V1}/links/{link_id}/sync`, { params: { path: { link_id: id } } }));
export const changeSync = (id: string, change: { interval_minutes?: number | null; paused?: boolean }) =>
  body(api.PUT(`${V1}/links/{link_id}/sync`, { params: { path: { link_id: id } }, body: change }));
export const syncNow = (id: string) =>
  body(api.POST(`${V1}/links/{link_id}/sync`, { params: { path: { link_id: id } } }));
export const githubPerson = (login: string) =>
  body(api.GET(`${V1}/github/people/{login}`, { params: { path: { login } } }));
