// A pipeline's board: fetched with some deals of each stage, and changed at once when a deal is moved.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, ref, toValue } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

import { api, useToasts } from '@/api';

import { withDealAt } from './deal.ts';
import type { Board, Deal } from './deal.ts';

const PATH = '/api/v1/pipelines/{id}/board';
const FIRST = 25;
const MOST = 500;

export interface Target {
  stageId: string;
  before?: Deal | undefined;
  after?: Deal | undefined;
}

export function useBoard(id: MaybeRefOrGetter<string>) {
  const client = useQueryClient();
  const toasts = useToasts();
  const limit = ref(FIRST);
  const key = computed(() => ['record', PATH, { id: toValue(id) }, { limit: String(limit.value) }] as const);
  const found = useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<Board> => {
      const { data } = await api.get(PATH, { params: { path: { id: toValue(id) }, query: { limit: String(limit.value) } }, signal });
      return data;
    },
    placeholderData: (before, query) => ((query?.queryKey[2] as { id: string } | undefined)?.id === toValue(id) ? before : undefined),
    shallow: true,
  });
  const board = computed(() => found.data.value);
  const refetch = () => client.invalidateQueries({ queryKey: ['record', PATH] });

  function refreshDeal(): void {
    for (const path of ['/api/v1/deals/{id}', '/api/v1/pipelines/{id}/conversion'])
      void client.invalidateQueries({ queryKey: ['record', path] });
    for (const path of ['/api/v1/deals', '/api/v1/deals/{id}/moves']) void client.invalidateQueries({ queryKey: ['list', path] });
  }

  /** Moves a deal at once; it comes back if the API refuses. Gives the deal as it is then. */
  async function move(deal: Deal, target: Target): Promise<Deal | undefined> {
    await client.cancelQueries({ queryKey: ['record', PATH] });
    const shown = key.value;
    const before = client.getQueryData<Board>(shown);
    if (before) client.setQueryData(shown, withDealAt(before, deal, target.stageId, target.before, new Date().toISOString()));
    try {
      const place = target.before ? { before_id: target.before.id } : target.after ? { after_id: target.after.id } : {};
      const { data } = await api.post('/api/v1/deals/{id}/move', {
        params: { path: { id: deal.id } },
        body: { stage_id: target.stageId, ...place },
      });
      client.setQueryData<Board>(shown, (now) => now && withDeal(now, data));
      refreshDeal();
      return data;
    } catch (error) {
      client.setQueryData(shown, before);
      toasts.fail(error);
      void refetch();
      return undefined;
    }
  }

  return {
    board,
    error: computed(() => found.error.value),
    isLoading: computed(() => found.isPending.value),
    isFetchingMore: computed(() => found.isPlaceholderData.value),
    hasRoomForMore: computed(() => limit.value < MOST),
    showMore: () => (limit.value = Math.min(MOST, limit.value * 2)),
    refetch,
    refreshDeal,
    move,
  };
}

/** The board with a deal as the API has it now. */
function withDeal(board: Board, deal: Deal): Board {
  return {
    ...board,
    stages: board.stages.map((stage) => ({ ...stage, deals: stage.deals.map((other) => (other.id === deal.id ? deal : other)) })),
  };
}
