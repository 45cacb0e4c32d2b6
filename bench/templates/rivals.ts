import { type Body, VARIABLES } from './bodies.js';

/** Another engine, with filters or helpers that escape by JSON.stringify. */
export interface Rival {
  readonly name: string;
  readonly render: (body: Body) => () => string;
}

interface Liquid {
  registerFilter(name: string, filter: (value: unknown) => string): void;
  parse(template: string): unknown;
  renderSync(template: unknown, variables: object): string;
}

interface Handlebars {
  registerHelper(name: string, helper: (...values: never[]) => unknown): void;
  compile(template: string, options: { noEscape: boolean }): (variables: object) => string;
}

const json = (value: unknown): string => JSON.stringify(value) ?? 'null';
const inner = (value: unknown): string => JSON.stringify(String(value)).slice(1, -1);

/** liquidjs and handlebars, where they are installed. */
export async function rivals(): Promise<Rival[]> {
  const [liquid, handlebars] = await Promise.all([installed('liquidjs'), installed('handlebars')]);
  const found: Rival[] = [];
  if (liquid !== undefined) found.push(liquidRival(liquid as { Liquid: new () => Liquid }));
  if (handlebars !== undefined) found.push(handlebarsRival((handlebars as { default: Handlebars }).default));
  return found;
}

function liquidRival({ Liquid }: { Liquid: new () => Liquid }): Rival {
  const engine = new Liquid();
  engine.registerFilter('json', json);
  engine.registerFilter('inner', inner);
  return {
    name: 'liquidjs',
    render: ({ liquid }) => {
      const template = engine.parse(liquid);
      return () => engine.renderSync(template, VARIABLES);
    },
  };
}

function handlebarsRival(engine: Handlebars): Rival {
  engine.registerHelper('json', json);
  engine.registerHelper('inner', inner);
  engine.registerHelper('over', (value: number, least: number) => value > least);
  engine.registerHelper('same', (value: unknown, other: unknown) => value === other);
  engine.registerHelper('add', (value: number, other: number) => value + other);
  engine.registerHelper('upper', (text: string) => text.toUpperCase());
  return {
    name: 'handlebars',
    render: ({ handlebars }) => {
      const template = engine.compile(handlebars, { noEscape: true });
      return () => template(VARIABLES);
    },
  };
}

/** Not a static import: they are there for this bench only. */
async function installed(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    return undefined;
  }
}
