import { ChevronRight } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { Badge } from '#shared/ui/badge.tsx';
import type { JobRunView } from '../../_services/jobs/job-run.ts';
import { formatBytes, formatMoment } from '../attachment/format.ts';
import { Panel } from './panel.tsx';
import { listReportFacts, pickHeadline, type ReportFact } from './report-facts.ts';

const tones = {
  done: 'neutral',
  running: 'accent',
  failed: 'danger',
  error: 'danger',
  interrupted: 'waiting',
} as const;

/** The last runs of every job, the newest first; each opens to its whole report. */
export function JobsPanel({ jobs }: { jobs: readonly JobRunView[] }) {
  const t = useTranslations('storage.jobs');
  return (
    <Panel title={t('title')} wide>
      {jobs.length === 0 ? (
        <p className="px-4 pb-4 text-base text-muted md:px-5">{t('empty')}</p>
      ) : (
        <ul className="mt-1 divide-y divide-line border-t border-line">
          {jobs.map((job) => (
            <li key={job.id}>
              <JobRun run={job} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function JobRun({ run }: { run: JobRunView }) {
  const t = useTranslations('storage.jobs');
  const locale = useLocale();
  const sayFact = useSayFact();
  const facts = listReportFacts(run.report);
  const sayHeadline = ({ key, value }: ReportFact) => `${sayFact.label(key)}: ${String(value)}`;
  const words = pickHeadline(facts).map(sayHeadline).join(' · ');
  return (
    <details className="group">
      <summary className="flex list-none items-center gap-3 px-4 py-2.5 hover:bg-hover md:px-5 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90"
        />
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <span className="text-base font-medium">{t('job', { job: run.job.replaceAll('-', '_') })}</span>
          <time dateTime={run.startedAt} className="text-sm text-muted tabular">
            {formatMoment(run.startedAt, locale)}
          </time>
          {words ? <span className="basis-full truncate text-sm text-muted tabular">{words}</span> : null}
        </span>
        <Badge tone={tones[run.outcome]}>{t('outcome', { outcome: run.outcome })}</Badge>
      </summary>
      <div className="px-4 pt-1 pb-4 pl-11 md:pl-12">
        {run.error ? <p className="mb-2 text-sm text-danger-text break-words">{run.error}</p> : null}
        {facts.length > 0 ? <Facts facts={facts} /> : <p className="text-sm text-muted">{t('noReport')}</p>}
      </div>
    </details>
  );
}

function Facts({ facts }: { facts: readonly ReportFact[] }) {
  const sayFact = useSayFact();
  return (
    <dl className="grid gap-x-8 gap-y-1.5 sm:grid-cols-2 lg:grid-cols-3">
      {facts.map((fact) => (
        <div key={fact.key} className="flex items-baseline justify-between gap-3 text-sm">
          <dt className="min-w-0 text-muted">{sayFact.label(fact.key)}</dt>
          <dd className="shrink-0 tabular">{sayFact.value(fact)}</dd>
        </div>
      ))}
    </dl>
  );
}

function useSayFact() {
  const t = useTranslations('storage.report');
  const tAnswer = useTranslations('storage.answer');
  const locale = useLocale();
  const say = (fact: ReportFact): string => {
    if (fact.kind === 'lines') return fact.value.join('; ');
    if (fact.kind === 'flag') return tAnswer(fact.value ? 'yes' : 'no');
    if (fact.kind === 'bytes') return formatBytes(fact.value, locale);
    if (fact.kind === 'duration') return tAnswer('seconds', { count: fact.value / 1000 });
    return new Intl.NumberFormat(locale).format(fact.value);
  };
  // A job of tomorrow may report what these texts do not know: then its own name has to do.
  return { label: (key: string) => t('fact', { key }), value: say };
}
