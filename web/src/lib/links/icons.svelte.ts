export interface Shape {
  title: string;
  path: string;
  stroke: boolean;
}

/** The brand icons of the public page, fetched when the first one is drawn. */
class Icons {
  shapes = $state.raw<Record<string, Shape>>({});
  #asked = false;

  get(icon: string, kind: string): Shape | undefined {
    return this.shapes[icon] ?? this.shapes[kind];
  }

  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    import('virtual:icons').then(
      (module) => (this.shapes = module.default),
      () => (this.#asked = false),
    );
  }
}

export const icons = new Icons();
