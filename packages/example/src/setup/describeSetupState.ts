import { type TensorflowSetupState } from '@crossmodal/backends';

/** One line on native TensorFlow for `crossmodal doctor`: not set up, set up with what, or broken by what. */
export function describeSetupState(state: TensorflowSetupState): string {
  switch (state.state) {
    case 'absent':
      return 'not set up';
    case 'ready': {
      const { tensorflow, source, device, builtAt } = state.setup;
      const origin = { python: 'of a Python installation', folder: 'of a folder', download: 'of the official archive' };
      return `set up with TensorFlow ${tensorflow} ${origin[source]}, checked on ${builtAt.slice(0, 10)} on ${device}`;
    }
    case 'broken':
      return `broken: ${state.reason} -> ${state.command}`;
  }
}
