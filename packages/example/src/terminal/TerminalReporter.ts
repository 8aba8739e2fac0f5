import type { RunEvent } from '../run/RunEvent.js';
import { formatDuration } from './formatDuration.js';

/** Where and how to draw. */
export interface TerminalOptions {
  /** Receives everything that is not a result: standard error. */
  readonly write: (text: string) => void;
  /** Whether control characters may be written: a terminal, and neither CI, NO_COLOR nor TERM=dumb. */
  readonly interactive: boolean;
  /** Whether the locale can show block characters. */
  readonly unicode: boolean;
  /** Columns, asked anew at each drawing because a window can be resized. */
  readonly columns: () => number;
  /** Milliseconds; passed in so that tests own the clock. */
  readonly now: () => number;
}

/** Without a terminal a line of progress is written at most this often. */
const PLAIN_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;
/** Activities shorter than this get no line of their own in plain output. */
const QUIET_MS = 2_000;
/** As many validation metrics as a line of 80 characters holds. */
const METRIC_COLUMNS = 3;

/** Shows run events: progress bars on a terminal; plain lines, free of control characters, everywhere else. */
export class TerminalReporter {
  private task: { name: string; startedAt: number; drawnAt: number } | undefined;
  private barShown = false;
  private headerShown = false;

  constructor(private readonly options: TerminalOptions) {}

  readonly report = (event: RunEvent): void => {
    if (event.type === 'progress') this.progress(event);
    else if (event.type === 'epoch') this.epoch(event);
    else if (event.type === 'message') this.line(event.level === 'warning' ? `warning: ${event.text}` : event.text);
  };

  /** Writes a whole line; a bar in progress is wiped first. */
  line(text: string): void {
    this.wipeBar();
    this.options.write(`${printable(text)}\n`);
  }

  /** Leaves the terminal usable whatever happened. */
  close(): void {
    this.wipeBar();
  }

  private progress(event: Extract<RunEvent, { type: 'progress' }>): void {
    const now = this.options.now();
    if (this.task?.name !== event.task) this.task = { name: event.task, startedAt: now, drawnAt: -Infinity };
    const elapsed = now - this.task.startedAt;
    const finished = event.done >= event.total;
    const interval = this.options.interactive ? REDRAW_INTERVAL_MS : PLAIN_INTERVAL_MS;
    const due = finished || now - this.task.drawnAt >= interval;
    if (!due) return;
    if (this.options.interactive) {
      this.drawBar(event, elapsed);
      this.task.drawnAt = now;
      if (finished) this.wipeBar();
    } else if (elapsed >= QUIET_MS) {
      this.options.write(`${printable(progressText(event, elapsed))}\n`);
      this.task.drawnAt = now;
    }
    if (finished) this.task = undefined;
  }

  private drawBar(event: Extract<RunEvent, { type: 'progress' }>, elapsed: number): void {
    const text = progressText(event, elapsed);
    const columns = Math.max(20, this.options.columns());
    // Not by what the text leaves: the bar would jump with every word.
    const room = Math.min(28, Math.floor(columns / 4));
    const bar = room >= 6 ? `${drawBlocks(event.done / event.total, room, this.options.unicode)} ` : '';
    this.options.write(`\r\x1b[2K${printable(bar + text).slice(0, columns - 1)}`);
    this.barShown = true;
  }

  private epoch(event: Extract<RunEvent, { type: 'epoch' }>): void {
    const names = Object.keys(event.validation).slice(0, METRIC_COLUMNS);
    if (!this.headerShown) {
      const header = ['epoch', 'train loss', ...names.map((name) => `val ${name}`), 'samples/s', 'time'];
      this.line(header.map((cell, column) => cell.padStart(columnWidth(cell, column))).join('  '));
      this.headerShown = true;
    }
    const cells = [
      `${event.epoch}/${event.epochs}`,
      event.trainLoss.toFixed(4),
      ...names.map((name) => (event.validation[name] ?? NaN).toFixed(4)),
      event.samplesPerSecond.toFixed(0),
      formatDuration(event.seconds * 1000),
    ];
    const widths = ['epoch', 'train loss', ...names.map((name) => `val ${name}`), 'samples/s', 'time'].map(columnWidth);
    this.line(
      cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ') + (event.isBest ? '  best' : ''),
    );
  }

  private wipeBar(): void {
    if (this.barShown) this.options.write('\r\x1b[2K');
    this.barShown = false;
  }
}

function columnWidth(header: string, column: number): number {
  return Math.max(header.length, column === 0 ? 7 : 6);
}

function progressText(event: Extract<RunEvent, { type: 'progress' }>, elapsedMs: number): string {
  const share = event.total > 0 ? event.done / event.total : 1;
  const remaining = share > 0 && share < 1 ? `  ${formatDuration((elapsedMs / share) * (1 - share))} left` : '';
  const done = String(event.done).padStart(String(event.total).length);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const detail = event.detail ? `  ${event.detail}` : '';
  return `${event.task} ${percent}  ${done}/${event.total} ${event.unit}${remaining}${detail}`;
}

function drawBlocks(share: number, width: number, unicode: boolean): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return unicode
    ? '█'.repeat(filled) + '░'.repeat(width - filled)
    : `[${'='.repeat(filled)}${' '.repeat(width - filled)}]`;
}

/** Text, file names and labels come from strangers: no control character may reach the terminal. */
function printable(text: string): string {
  // eslint would rather not see control characters in a pattern, hence the property escape.
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' ? character : ' '));
}
