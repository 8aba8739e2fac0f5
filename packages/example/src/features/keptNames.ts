import { fusionFeatures, type FusionStrategy } from '@crossmodal/fusion-model';

/** Names of the features that the strategy combines. */
export function keptNames(side: 'text' | 'image', strategy: FusionStrategy): readonly string[] {
  return fusionFeatures[strategy][side];
}
