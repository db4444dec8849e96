/** The build templates of the domain, in the order in which they were made. Refuses to know how they are asked for. */
import type { Json } from './json.ts';

export interface Template {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly description: string | null;
  readonly toolType: string | null;
  readonly steps: readonly Json[];
  readonly parameters: readonly Json[];
  readonly createdAt: number;
}

export class TemplateShelf {
  readonly #byUuid = new Map<string, Template>();
  /** Counts also those that were taken away, so that ids are never used twice. */
  made = 0;

  add(template: Template): void {
    this.made += 1;
    this.#byUuid.set(template.uuid, template);
  }

  /** Newest first. */
  named(part: string): Template[] {
    return [...this.#byUuid.values()].filter(({ name }) => name.includes(part)).reverse();
  }

  take(uuid: string): Template | undefined {
    const template = this.#byUuid.get(uuid);
    this.#byUuid.delete(uuid);
    return template;
  }
}
