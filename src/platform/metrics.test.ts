import { expect, test } from 'vitest';
import { counter, gauge, histogram, renderMetrics } from './metrics.ts';

test('what was counted, set and timed is read as Prometheus text', async () => {
  const messages = counter({
    name: 'jifenwu_test_messages_total',
    help: 'Messages.',
    labels: ['type'],
  });
  const waiting = gauge({ name: 'jifenwu_test_waiting', help: 'Waiting.' });
  const answers = histogram({
    name: 'jifenwu_test_answer_seconds',
    help: 'Time to the answer.',
    labels: ['mode'],
    buckets: [0.1, 1],
  });
  messages.add({ type: 'text' });
  messages.add({ type: 'text' }, 2);
  waiting.set({}, 7);
  answers.observe({ mode: 'safe' }, 0.5);

  const { text, contentType } = await renderMetrics();

  expect(contentType).toContain('text/plain');
  expect(text).toContain('jifenwu_test_messages_total{type="text"} 3\n');
  expect(text).toContain('jifenwu_test_waiting 7\n');
  expect(text).toContain('jifenwu_test_answer_seconds_bucket{le="0.1",mode="safe"} 0\n');
  expect(text).toContain('jifenwu_test_answer_seconds_bucket{le="1",mode="safe"} 1\n');
});

test('the figures of the process are there, also for the second reader', async () => {
  await renderMetrics();
  expect((await renderMetrics()).text).toContain('process_resident_memory_bytes ');
});
