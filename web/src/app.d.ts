declare global {
  /** What scripts/early.js asked for, by address. */
  var nameplateEarly: Map<string, Promise<Response>> | undefined;
}

export {};
