/** What was opened, to be closed in reverse order. */
export class Disposers {
  readonly #stack: (() => Promise<void> | void)[] = [];

  add(dispose: () => Promise<void> | void): void {
    this.#stack.push(dispose);
  }

  async dispose(): Promise<void> {
    for (const dispose of this.#stack.splice(0).reverse()) await dispose();
  }
}
