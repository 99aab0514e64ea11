// Every call the dashboard makes, once. Each throws a Problem when it fails.
import { request, type Tagged } from './request.ts';
import type {
  Account,
  Config,
  DashboardNumbers,
  HandleState,
  Link,
  LinkFields,
  PendingSignUp,
  Profile,
  Session,
  Token,
} from './types.ts';

type List = { rows: Link[]; version: number };

async function body<T>(answer: Promise<Tagged<T>>): Promise<T> {
  return (await answer).body;
}

export const config = () => body<Config>(request('GET', '/config'));
export const handle = (name: string, signal?: AbortSignal) =>
  body<HandleState>(request('GET', `/handles/${encodeURIComponent(name)}`, { signal }));

export const signUp = (fields: { handle: string; email?: string; password?: string }) =>
  body<Account>(request('POST', '/accounts', { json: fields }));
export const pendingSignUp = () => body<PendingSignUp>(request('GET', '/oauth/github/pending'));
export const logIn = (login: string, password: string) =>
  body<{ account: Account }>(request('POST', '/sessions', { json: { login, password } }));
export const logOut = () => body<void>(request('DELETE', '/sessions/current'));
export const sessions = () => body<{ rows: Session[] }>(request('GET', '/sessions'));
export const endSession = (id: string) => body<void>(request('DELETE', `/sessions/${id}`));
export const endOtherSessions = () => body<void>(request('DELETE', '/sessions'));

export const account = () => body<Account>(request('GET', '/account'));
export const changeAccount = (change: { email?: string; password?: string; current_password?: string }) =>
  body<Account>(request('PATCH', '/account', { json: change }));
export const unlinkGithub = () => body<void>(request('DELETE', '/account/github'));
export const deleteAccount = (proof: { password?: string; confirm?: string }) =>
  body<void>(request('DELETE', '/account', { json: proof }));
export const sendVerification = () => body<void>(request('POST', '/account/verification'));
export const verify = (proof: string) =>
  body<{ email: string }>(request('POST', '/verifications', { json: { proof } }));
export const askReset = (email: string) =>
  body<void>(request('POST', '/password-resets', { json: { email } }));
export const resetPassword = (proof: string, password: string) =>
  body<void>(request('POST', `/password-resets/${encodeURIComponent(proof)}`, { json: { password } }));

export const profile = () => request<Profile>('GET', '/profile');
export const changeProfile = (change: Partial<Profile>, ifMatch?: string) =>
  request<Profile>('PATCH', '/profile', { json: change, ifMatch });

export const links = () => request<List>('GET', '/links');
export const link = (id: string) => body<Link>(request('GET', `/links/${id}`));
export const addLink = (fields: Partial<LinkFields> & { url: string }) =>
  body<Link>(request('POST', '/links', { json: fields }));
export const changeLink = (id: string, change: Partial<LinkFields>, version: number) =>
  body<Link>(request('PATCH', `/links/${id}`, { json: change, ifMatch: `"${version}"` }));
export const deleteLink = (id: string) => body<void>(request('DELETE', `/links/${id}`));
export const restoreLink = (id: string) => body<Link>(request('POST', `/links/${id}/restore`));
export const orderLinks = (ids: string[], ifMatch?: string) =>
  request<List>('PUT', '/links/order', { json: { ids }, ifMatch });

export const numbers = (from: string, to: string) =>
  body<DashboardNumbers>(request('GET', '/analytics/dashboard', { query: { from, to } }));

export const tokens = () => body<{ rows: Token[] }>(request('GET', '/tokens'));
export const addToken = (fields: { name: string; scopes: string[]; expires_in_days?: number }) =>
  body<Token & { token: string }>(request('POST', '/tokens', { json: fields }));
export const deleteToken = (id: string) => body<void>(request('DELETE', `/tokens/${id}`));
