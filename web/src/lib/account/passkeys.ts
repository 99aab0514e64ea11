// Passkeys, in the browser's own words (WebAuthn level 3).

type Json = Record<string, unknown>;

/** Whether this browser, at this address, can use passkeys at all. */
export function supported(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential &&
    isSecureContext
  );
}

/** Ask an authenticator to answer for a passkey it has. */
export async function answer(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return json(await navigator.credentials.get({ publicKey }));
}

/** Ask an authenticator to make a passkey. */
export async function make(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return json(await navigator.credentials.create({ publicKey }));
}

/** Whether the person closed the browser's dialog, or let it time out: nothing to complain about. */
export function calledOff(error: unknown): boolean {
  return error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name);
}

/** What to say about an error of the authenticator; null: it is not one. */
export function trouble(error: unknown): string | null {
  if (!(error instanceof DOMException)) return null;
  if (error.name === 'InvalidStateError') return 'This device has a passkey for this account already.';
  return 'This browser cannot use passkeys here. Try another browser or device.';
}

function json(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey', 'NotAllowedError');
  return credential.toJSON() as unknown as Json;
}
