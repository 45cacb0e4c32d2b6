import type { Autoescape } from '../../../../application/ports/template-engine.js';
import { strftime } from '../../dates/strftime.js';
import type { Filter } from '../../filters/filter.js';
import { isTrue } from '../../values/truth.js';
import { PyDateTime, SafeText } from '../../values/value.js';
import { escapeJson } from '../json/json-writer.js';
import { isRaw } from '../json/raw.js';
import { expressionsOf, type ValueForm, type ValueSite } from '../json/value-site.js';
import type {
  AnyNode,
  Body,
  CycleAgainNode,
  CycleNode,
  Expression,
  FirstOfNode,
  ForNode,
  MomentNode,
  SpacelessNode,
  Statement,
  SwitchNode,
  WithNode,
} from '../parsing/nodes.js';
import { walk } from '../parsing/walk.js';
import { MissingVariable } from '../running/missing-variable.js';
import { ConditionCompiler } from './condition-compiler.js';
import { currency } from './currency.js';
import { nextOfCycle } from './cycle.js';
import { ExpressionCompiler } from './expression-compiler.js';
import { ifChanged } from './if-changed.js';
import { loop } from './loop.js';
import { lorem } from './lorem.js';
import { nameLookup } from './name-lookup.js';
import type { Part, Resolve, Test } from './part.js';
import { regrouped } from './regroup.js';
import { ScopePlan } from './scope-plan.js';
import { sequence } from './sequence.js';
import { spaceless } from './spaceless.js';
import type { Surroundings } from './surroundings.js';
import { widthRatio } from './width-ratio.js';
import { jsonWriter, type Writer, writeHtml, writeJsonText, writePlain } from './writer.js';

const NOTHING: Part = () => '';

/** Compiles a tree into closures: rendering calls them, and neither parses nor decides what is decided here. */
export class TemplateCompiler {
  readonly #plan: ScopePlan;
  readonly #expressions: ExpressionCompiler;
  readonly #conditions: ConditionCompiler;
  readonly #cycles = new Map<CycleNode, number>();
  /** Whether anything asks for `forloop`; if not, loops don't keep it. */
  readonly #usesForloop: boolean;
  /** Where values are captured, while the value around is compiled. */
  #capturing: Surroundings;

  constructor(
    readonly body: Body,
    readonly filters: ReadonlyMap<string, Filter>,
    readonly mode: Autoescape,
    /** How values are written to JSON. */
    readonly forms: ReadonlyMap<AnyNode, ValueForm>,
  ) {
    this.#plan = new ScopePlan(body);
    this.#expressions = new ExpressionCompiler(filters, (node) => this.#body(node.body, this.#capturing));
    this.#conditions = new ConditionCompiler(this.#expressions);
    this.#usesForloop = usesForloop(body);
    this.#capturing = { scope: this.#plan.root, html: mode === 'html', captured: true };
  }

  compile(): Part {
    return this.#body(this.body, { scope: this.#plan.root, html: this.mode === 'html', captured: false });
  }

  get slots(): number {
    return this.#plan.root.counter.slots;
  }

  get cycles(): number {
    return this.#cycles.size;
  }

  #body(body: Body | null, around: Surroundings): Part {
    return body === null ? NOTHING : sequence(body.children.map((statement) => this.#statement(statement, around)));
  }

  #statement(node: Statement, around: Surroundings): string | Part {
    const { scope } = around;
    switch (node.typename) {
      case 'TemplateData':
        return node.value;
      case 'Output':
        return this.#written(node, this.#expressions.compile(node.children[0], scope, ''), around);
      case 'Switch':
        return this.#switch(node, around);
      case 'ForLoop':
        return this.#loop(node, around);
      case 'With':
        return this.#with(node, around);
      case 'Autoescape':
        return this.#autoescape(node.on, this.#body(node.body, { ...around, html: node.on }));
      case 'FilterBlock':
        this.#capturing = { ...around, captured: true };
        // What the filters give is not escaped for HTML any more.
        return this.#written(node, this.#expressions.compile(node.value, scope, ''), { ...around, html: false });
      case 'Cycle':
      case 'CycleAgain':
        return this.#cycle(node, around);
      case 'ResetCycle': {
        const number = this.#cycleNumber(node.cycle);
        return (run) => {
          run.cycles[number] = 0;
          return '';
        };
      }
      case 'FirstOf':
        return this.#firstOf(node, around);
      case 'IfChanged': {
        const values = node.values.map((value) => this.#expressions.compile(value, scope, null));
        const [body, otherwise] = [this.#body(node.body, around), this.#body(node.else_, around)];
        return ifChanged(node, values, body, otherwise, nameLookup('forloop', scope));
      }
      case 'Lorem': {
        const count = this.#expressions.compile(node.count, scope, '');
        const text: Resolve = (run) => lorem(count(run), node.method, node.common, run.budget);
        return this.#written(node, text, { ...around, html: false });
      }
      case 'Moment':
        return this.#moment(node, around);
      case 'Regroup': {
        const [list, key] = [
          this.#expressions.compile(node.list, scope, null),
          this.#expressions.compile(node.expression, scope, null),
        ];
        const slot = scope.slotOf(node.target);
        return (run) => {
          run.node = node;
          run.slots[slot] = regrouped(list(run), key, slot, run);
          return '';
        };
      }
      case 'Spaceless':
        return this.#spaceless(node, around);
      case 'WidthRatio': {
        const [value, max, width] = [node.value, node.max, node.width].map((part) =>
          this.#expressions.compile(part, scope, ''),
        );
        const otherwise = node.target === null ? undefined : '';
        const ratio: Resolve = (run) => {
          try {
            return widthRatio(value?.(run), max?.(run), width?.(run)) ?? otherwise;
          } catch (error) {
            if (error instanceof MissingVariable) return undefined;
            throw error;
          }
        };
        return this.#writtenOrSet(node, ratio, around);
      }
      case 'Currency': {
        const value = this.#expressions.compile(node.value, scope, '');
        return this.#written(
          node,
          (run) => {
            const amount = value(run);
            return currency(amount) ?? amount;
          },
          around,
        );
      }
    }
  }

  /** Writes a value where it stands. */
  #written(node: ValueSite, resolve: Resolve, around: Surroundings): Part {
    const write = this.#writer(node, around);
    if (write === writeJsonText) {
      // The most frequent place has its own closure, without a call for plain texts.
      return (run) => {
        run.node = node;
        const value = resolve(run);
        const text = typeof value === 'string' ? escapeJson(value) : writeJsonText(value, run);
        run.write(text.length);
        return text;
      };
    }
    return (run) => {
      run.node = node;
      const text = write(resolve(run), run);
      run.write(text.length);
      return text;
    };
  }

  /** Writes a text that needs no escaping for HTML, or gives it to a name. */
  #writtenOrSet(node: ValueSite & { readonly target: string | null }, resolve: Resolve, around: Surroundings): Part {
    if (node.target === null) return this.#written(node, resolve, { ...around, html: false });
    const slot = around.scope.slotOf(node.target);
    return (run) => {
      run.node = node;
      const value = resolve(run);
      if (value !== undefined) run.slots[slot] = value;
      return '';
    };
  }

  #writer(node: ValueSite, { html, captured }: Surroundings): Writer {
    if (this.mode !== 'json' || captured) return html ? writeHtml : writePlain;
    if (expressionsOf(node).some((expression) => isRaw(expression, this.filters))) return writePlain;
    return jsonWriter(this.forms.get(node) ?? 'value', html);
  }

  #switch(node: SwitchNode, around: Surroundings): Part {
    const tests = node.cases.map(({ cond }) => this.#conditions.compile(cond, around.scope));
    const bodies = node.cases.map(({ body }) => this.#body(body, around));
    const otherwise = this.#body(node.default, around);
    const [test, ...others] = tests;
    const [body] = bodies;
    if (test !== undefined && body !== undefined && others.length === 0) {
      return (run) => {
        run.node = node;
        return test(run) ? body(run) : otherwise(run);
      };
    }
    return (run) => {
      for (let index = 0; index < tests.length; index++) {
        run.node = node.cases[index];
        if ((tests[index] as Test)(run)) return (bodies[index] as Part)(run);
      }
      return otherwise(run);
    };
  }

  #loop(node: ForNode, around: Surroundings): Part {
    const scope = this.#plan.innerOf(node);
    const turn = this.#plan.turnOf(node);
    const slots = turn === scope ? scope.slots : [...scope.slots, ...turn.slots];
    return loop({
      node,
      list: this.#expressions.compile(node.arr, scope, null),
      forloop: this.#usesForloop ? scope.slotOf('forloop') : undefined,
      parent: nameLookup('forloop', around.scope),
      names: node.name.children.map(({ value }) => turn.slotOf(value)),
      slots,
      turnSlots: turn.slots,
      body: this.#body(node.body, { ...around, scope: turn }),
      empty: this.#body(node.else_, { ...around, scope }),
      size: sizeOf(node.body),
    });
  }

  #with(node: WithNode, around: Surroundings): Part {
    const scope = this.#plan.innerOf(node);
    const values = node.values.map((value) => this.#expressions.compile(value, around.scope, ''));
    const slots = node.names.map((name) => scope.slotOf(name));
    const all = scope.slots;
    const body = this.#body(node.body, { ...around, scope });
    return (run) => {
      run.node = node;
      // All are looked up before any of them is set.
      const found = values.map((value) => value(run));
      for (let index = 0; index < slots.length; index++) {
        const value = found[index];
        run.slots[slots[index] as number] = value === undefined ? '' : value;
      }
      const text = body(run);
      for (const slot of all) run.slots[slot] = undefined;
      return text;
    };
  }

  #autoescape(on: boolean, body: Part): Part {
    return (run) => {
      const before = run.autoescape;
      run.autoescape = on;
      const text = body(run);
      run.autoescape = before;
      return text;
    };
  }

  #cycle(node: CycleNode | CycleAgainNode, around: Surroundings): Part {
    const cycle = node.typename === 'Cycle' ? node : node.cycle;
    const values = cycle.values.map((value) => this.#expressions.compile(value, around.scope, ''));
    const next = nextOfCycle(this.#cycleNumber(cycle), values, cycle.target, around.scope);
    if (!cycle.silent) return this.#written(node, next, around);
    return (run) => {
      run.node = node;
      next(run);
      return '';
    };
  }

  #cycleNumber(node: CycleNode): number {
    const number = this.#cycles.get(node) ?? this.#cycles.size;
    this.#cycles.set(node, number);
    return number;
  }

  #firstOf(node: FirstOfNode, around: Surroundings): Part {
    const values = node.values.map((value) => this.#expressions.compile(value, around.scope, null));
    const first: Resolve = (run) => {
      for (const resolve of values) {
        const value = resolve(run);
        if (isTrue(value)) return value;
      }
      return undefined;
    };
    if (node.target === null) return this.#written(node, first, around);
    const slot = around.scope.slotOf(node.target);
    return (run) => {
      run.node = node;
      const value = first(run);
      const text = around.html ? new SafeText(writeHtml(value, run)) : writePlain(value, run);
      run.slots[slot] = value instanceof SafeText ? value : text;
      return '';
    };
  }

  #moment(node: MomentNode, around: Surroundings): Part {
    const { format, style } = node;
    const date = this.filters.get('date');
    const text: Resolve = (run) => {
      const now = new PyDateTime(run.now(), 0, 0);
      run.budget.charge(format.length);
      return style === 'strftime' ? strftime(now, format) : date?.apply(now, format, run, false);
    };
    return this.#writtenOrSet(node, text, around);
  }

  /** In JSON as well: blanks are taken away, which changes none of it but what strings hold. */
  #spaceless(node: SpacelessNode, around: Surroundings): Part {
    const body = this.#body(node.body, around);
    return (run) => {
      const text = body(run);
      run.budget.charge(text.length);
      return spaceless(text);
    };
  }
}

function usesForloop(body: Body): boolean {
  let uses = false;
  walk(body, (node) => {
    if (node.typename === 'IfChanged') uses = true;
    if (node.typename === 'Symbol' && (node as Extract<Expression, { typename: 'Symbol' }>).value === 'forloop')
      uses = true;
  });
  return uses;
}

function sizeOf(body: Body): number {
  let size = 0;
  walk(body, () => size++);
  return size;
}
