declare global {
  /** What static/_app/early.js asked for, by address. */
  var nameplateEarly: Map<string, Promise<Response>> | undefined;
}

export {};
