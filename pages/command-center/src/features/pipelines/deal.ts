import type { Schema } from '@/api';

export type Deal = Schema<'DealOut'>;
export type Pipeline = Schema<'PipelineOut'>;
export type Stage = Schema<'StageOut'>;
export type Board = Schema<'Board'>;

/** What a deal is called: by its own name, else by its business's. */
export const titleOf = (deal: Pick<Deal, 'name'>, business: string | undefined) => deal.name || business || 'Deal';

/** Whether a deal may go from one stage to another. */
export function leadsTo(pipeline: Pick<Pipeline, 'stages'>, from: string, to: string): boolean {
  if (from === to) return true;
  const moves = pipeline.stages.find((stage) => stage.id === from)?.moves_to;
  return !moves || moves.length === 0 || moves.includes(to);
}

const digitsOf = (currency: string) =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export const toMinor = (amount: number, currency: string) => Math.round(amount * 10 ** digitsOf(currency));
export const fromMinor = (amount: number, currency: string) => amount / 10 ** digitsOf(currency);

/** The board with a deal in another place, its counts and totals as they will be. */
export function withDealAt(board: Board, deal: Deal, stageId: string, before: Deal | undefined, now: string): Board {
  const target = board.pipeline.stages.find((stage) => stage.id === stageId);
  const moved: Deal =
    stageId === deal.stage_id
      ? deal
      : { ...deal, stage_id: stageId, status: target?.kind ?? deal.status, is_stale: false, entered_stage_at: now };
  return {
    ...board,
    stages: board.stages.map((stage) => {
      const wasHere = stage.stage_id === deal.stage_id;
      const isHere = stage.stage_id === stageId;
      if (!wasHere && !isHere) return stage;
      const others = stage.deals.filter((other) => other.id !== deal.id);
      const at = before ? others.findIndex((other) => other.id === before.id) : -1;
      const deals = !isHere ? others : at < 0 ? [...others, moved] : [...others.slice(0, at), moved, ...others.slice(at)];
      const by = Number(isHere) - Number(wasHere);
      return {
        ...stage,
        deals,
        count: stage.count + by,
        stale_count: stage.stale_count - Number(wasHere && !isHere && deal.is_stale),
        totals: by === 0 ? stage.totals : withAmount(stage.totals, deal, by),
      };
    }),
  };
}

function withAmount(totals: Board['stages'][number]['totals'], deal: Deal, by: number): Board['stages'][number]['totals'] {
  const { amount, currency } = deal;
  if (amount === null || currency === null) return totals;
  const known = totals.some((total) => total.currency === currency);
  const all = known ? totals : [...totals, { currency, amount: 0 }];
  return all
    .map((total) => (total.currency === currency ? { ...total, amount: total.amount + by * amount } : total))
    .filter((total) => total.amount !== 0);
}
