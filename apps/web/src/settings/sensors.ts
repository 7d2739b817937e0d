import { Component, computed, inject, resource, signal } from '@angular/core';
import { disabled, FormField, form, max, min, required, submit, validate } from '@angular/forms/signals';
import { isTimeZone, sensorDefaults, type Problem, type Sensor, type SensorSettings } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SensorsApi } from '../api/sensors-api.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { formatBytes } from '../format/quantity.ts';
import { Confirm } from '../ui/confirm.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { readSchedule, scheduleText } from './schedule-words.ts';

const mebibyte = 1024 * 1024;
const empty = {
  name: '',
  host: '',
  interface: '',
  program: 'dumpcap' as Sensor['program'],
  filter: '',
  fileMebibytes: 100,
  fileSeconds: 60,
  budgetMebibytes: 10_240,
  bufferMebibytes: 64,
  snapLength: 0,
  watermarkMebibytes: 0,
  maxLagSeconds: sensorDefaults.maxLagSeconds as number,
  maxLagFiles: sensorDefaults.maxLagFiles as number,
  schedule: '',
  zone: '',
  isTriggered: false,
  minSeverity: '70',
  rules: '',
  beforeSeconds: 60,
  afterSeconds: 60,
  maxMebibytes: 0,
  keepDays: 7,
};

/** Interfaces that are captured from, of this machine and of others that run a sensor of ours. */
@Component({
  selector: 'app-sensors',
  imports: [FormField, Icon, IconButton, ProblemNote],
  templateUrl: './sensors.html',
  styleUrl: './section.css',
})
export class Sensors {
  private readonly api = inject(SensorsApi);
  private readonly notices = inject(Notices);
  private readonly confirm = inject(Confirm);
  protected readonly preferences = inject(Preferences);
  protected readonly asked = resource({ loader: () => this.api.list() });
  private readonly askedInterfaces = resource({ loader: () => this.api.interfaces() });
  protected readonly sensors = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly interfaces = computed(() => (this.askedInterfaces.hasValue() ? this.askedInterfaces.value() : []));
  protected readonly problem = computed(() => {
    const error = this.asked.error() ?? this.askedInterfaces.error();
    return error ? problemOf(error) : null;
  });
  protected readonly formProblem = signal<Problem | null>(null);
  /** The sensor that the form changes; null: it makes a new one. */
  protected readonly edited = signal<Sensor | null>(null);
  private readonly model = signal(empty);
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'Enter a name: captures and gaps are told apart by it.' });
    required(path.interface, { message: 'Enter an interface.' });
    // A sensor stays on its machine: its ring is there.
    disabled(path.host, () => this.edited() !== null);
    min(path.fileMebibytes, 1, { message: 'At least 1 MiB.' });
    max(path.fileMebibytes, 4096, { message: 'At most 4096 MiB.' });
    min(path.fileSeconds, 1, { message: 'At least 1 second.' });
    min(path.budgetMebibytes, 2, { message: 'At least two files.' });
    min(path.bufferMebibytes, 1, { message: 'At least 1 MiB.' });
    min(path.watermarkMebibytes, 0, { message: '0 for the usual amount.' });
    min(path.maxLagSeconds, 1, { message: 'At least 1 second.' });
    min(path.maxLagFiles, 1, { message: 'At least 1 file.' });
    validate(path.schedule, ({ value }) =>
      readSchedule(value()) === null ? { kind: 'schedule', message: 'A line each, such as mo-fr 08:00-18:00.' } : undefined,
    );
    validate(path.zone, ({ value }) =>
      value() !== '' && !isTimeZone(value()) ? { kind: 'zone', message: 'No time zone; one is Europe/Vienna.' } : undefined,
    );
    min(path.beforeSeconds, 0, { message: 'At least 0.' });
    min(path.afterSeconds, 0, { message: 'At least 0.' });
    min(path.maxMebibytes, 0, { message: '0 for half of the budget.' });
    min(path.keepDays, 1, { message: 'At least a day.' });
    min(path.snapLength, 0, { message: '0 for all, or at least 64.' });
  });
  protected readonly bytes = formatBytes;
  protected readonly scheduleOf = ({ schedule }: Sensor) =>
    schedule && `${scheduleText(schedule.windows).replaceAll('\n', '; ')} ${schedule.zone}`;

  protected edit(sensor: Sensor): void {
    this.edited.set(sensor);
    this.formProblem.set(null);
    this.form().reset({
      ...empty,
      ...{ name: sensor.name, host: sensor.host, interface: sensor.interface, program: sensor.program },
      ...{ filter: sensor.filter ?? '', fileSeconds: sensor.fileSeconds, watermarkMebibytes: (sensor.watermarkBytes ?? 0) / mebibyte },
      ...{ fileMebibytes: sensor.fileBytes / mebibyte, budgetMebibytes: sensor.budgetBytes / mebibyte },
      ...{ bufferMebibytes: sensor.bufferMebibytes, snapLength: sensor.snapLength ?? 0 },
      ...{ maxLagSeconds: sensor.maxLagSeconds, maxLagFiles: sensor.maxLagFiles },
      ...{ schedule: scheduleText(sensor.schedule?.windows ?? []), zone: sensor.schedule?.zone ?? '' },
      ...triggerForm(sensor.trigger),
    });
  }

  protected cancel(): void {
    this.edited.set(null);
    this.formProblem.set(null);
    this.form().reset(empty);
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.formProblem.set(null);
    await submit(this.form, async () => {
      const model = this.model();
      const { host, filter, fileMebibytes, budgetMebibytes, snapLength, watermarkMebibytes } = model;
      const { name, program, fileSeconds, bufferMebibytes, maxLagSeconds, maxLagFiles } = model;
      const settings = {
        ...{ name, interface: model.interface, program, fileSeconds, bufferMebibytes, maxLagSeconds, maxLagFiles },
        ...{ schedule: scheduleOf(model), trigger: triggerOf(model) },
        ...(host === '' ? {} : { host }),
        filter: filter === '' ? null : filter,
        fileBytes: fileMebibytes * mebibyte,
        budgetBytes: budgetMebibytes * mebibyte,
        snapLength: snapLength > 0 ? snapLength : null,
        watermarkBytes: watermarkMebibytes > 0 ? watermarkMebibytes * mebibyte : null,
      };
      const edited = this.edited();
      try {
        const sensor = await (edited ? this.api.update(edited.id, { ...settings, version: edited.version }) : this.api.create(settings));
        this.notices.say(
          edited
            ? `${sensor.name} is changed.`
            : sensor.isEnabled
              ? `${sensor.name} captures from ${sensor.interface} now.`
              : `${sensor.name} waits for its schedule.`,
        );
        this.cancel();
        this.asked.reload();
      } catch (error) {
        this.formProblem.set(problemOf(error));
        this.asked.reload();
      }
    });
  }

  /** What somebody else made of the edited sensor, instead of what is typed here. */
  protected editNewest(): void {
    const newest = this.sensors()?.find(({ id }) => id === this.edited()?.id);
    if (newest) this.edit(newest);
    else this.cancel();
  }

  protected start(sensor: Sensor, minutes: string): Promise<void> {
    return this.change(this.api.start(sensor.id, minutes === '' ? null : Number(minutes)), `${sensor.name} captures.`);
  }

  protected stop(sensor: Sensor): Promise<void> {
    return this.change(this.api.stop(sensor.id), `${sensor.name} ends; its last file is ingested.`);
  }

  protected async remove(sensor: Sensor): Promise<void> {
    const agreed = await this.confirm.ask({
      heading: `Remove ${sensor.name}?`,
      text: 'Its settings, minutes and events go. Its captures stay until you delete them.',
      action: 'Remove sensor',
    });
    if (agreed) await this.change(this.api.delete(sensor.id), `${sensor.name} is removed.`);
  }

  private async change(work: Promise<unknown>, said: string): Promise<void> {
    try {
      await work;
      this.notices.say(said);
    } catch (error) {
      this.notices.fail('The change', error);
    }
    this.asked.reload();
  }
}

type Model = typeof empty;

function scheduleOf({ schedule, zone }: Model): SensorSettings['schedule'] {
  const windows = readSchedule(schedule) ?? [];
  return windows.length === 0 ? null : { zone: zone === '' ? browserZone() : zone, windows };
}

function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function triggerOf({
  isTriggered,
  minSeverity,
  rules,
  beforeSeconds,
  afterSeconds,
  maxMebibytes,
  keepDays,
}: Model): SensorSettings['trigger'] {
  if (!isTriggered) return null;
  return {
    ...{ minSeverity: Number(minSeverity), beforeSeconds, afterSeconds, keepDays },
    rules: rules.split(',').flatMap((rule) => rule.trim() || []),
    maxBytes: maxMebibytes > 0 ? maxMebibytes * mebibyte : null,
  };
}

function triggerForm(trigger: SensorSettings['trigger']): Partial<Model> {
  if (trigger === null) return {};
  const { minSeverity, rules, beforeSeconds, afterSeconds, maxBytes, keepDays } = trigger;
  return {
    ...{ isTriggered: true, minSeverity: String(minSeverity), rules: rules.join(', '), beforeSeconds, afterSeconds, keepDays },
    maxMebibytes: (maxBytes ?? 0) / mebibyte,
  };
}
