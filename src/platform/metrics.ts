import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What this process measures. Names begin with jifenwu_, labels carry no ids. */
const registry = new Registry();

type MetricName = `jifenwu_${string}`;
type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** What a metric is called, what it says, and by what it is told apart. */
export interface Measure<Label extends string> {
  readonly name: MetricName;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** Counts what happened: `add(labels)` or `add(labels, howOften)`. */
export function counter<Label extends string = never>(measure: Measure<Label>) {
  const metric = new Counter<Label>({ ...promised(measure), registers: [registry] });
  return {
    add(labels: Labels<Label>, times = 1): void {
      metric.inc(labels, times);
    },
  };
}

/** Shows how much there is right now. */
export function gauge<Label extends string = never>(measure: Measure<Label>) {
  const metric = new Gauge<Label>({ ...promised(measure), registers: [registry] });
  return {
    set(labels: Labels<Label>, value: number): void {
      metric.set(labels, value);
    },
  };
}

/** Sorts durations into buckets of at most so many seconds. */
export function histogram<Label extends string = never>(
  measure: Measure<Label> & { readonly buckets: readonly number[] },
) {
  const buckets = [...measure.buckets];
  const metric = new Histogram<Label>({ ...promised(measure), buckets, registers: [registry] });
  return {
    observe(labels: Labels<Label>, seconds: number): void {
      metric.observe(labels, seconds);
    },
  };
}

/** Everything measured so far as Prometheus text, with the Content-Type that goes with it. */
export async function renderMetrics(): Promise<{ text: string; contentType: string }> {
  // The process's own figures need timers and observers, so they begin with the first reader.
  if (!registry.getSingleMetric('process_resident_memory_bytes')) {
    collectDefaultMetrics({ register: registry });
  }
  return { text: await registry.metrics(), contentType: registry.contentType };
}

function promised<Label extends string>({ name, help, labels = [] }: Measure<Label>) {
  return { name, help, labelNames: [...labels] };
}
