/** Holds the build templates of the domain in the order in which they were created. */
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

export class TemplateStore {
  readonly #byUuid = new Map<string, Template>();
  /** Also counts deleted ones, so that no id is used twice. */
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
