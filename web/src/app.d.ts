// SvelteKit's place for the types of this app. Nothing to add yet.
declare global {
  namespace App {}
}

export {};
