/** Counts saved changes, so that the preview knows when to show the page anew. */
class Preview {
  version = $state(0);

  refresh(): void {
    this.version += 1;
  }
}

export const preview = new Preview();
