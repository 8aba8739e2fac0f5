import { type TensorflowDevice } from '@crossmodal/backends';

/** A published archive of TensorFlow's C library. */
export interface LibraryArchive {
  readonly version: string;
  readonly url: string;
  readonly sha256: string;
}

/**
 * The newest archives of the C library that TensorFlow publishes: https://www.tensorflow.org/install/lang_c. Their hashes are those that
 * independent projects build with; a file with another hash is refused.
 */
const archives: Readonly<Record<string, LibraryArchive>> = {
  'linux-x64-cpu': {
    version: '2.18.0',
    url: 'https://storage.googleapis.com/tensorflow/versions/2.18.0/libtensorflow-cpu-linux-x86_64.tar.gz',
    sha256: '605bfcb370c7e7ec981eabada880f60784e3de018395be95c95c3e5592c3d9a2',
  },
  'linux-x64-gpu': {
    version: '2.18.0',
    url: 'https://storage.googleapis.com/tensorflow/versions/2.18.0/libtensorflow-gpu-linux-x86_64.tar.gz',
    sha256: '6ca25aae03548cf76f6f68f00bdf53ec39710f08cee23bf6419b9e6e27feca5c',
  },
  'darwin-arm64-cpu': {
    version: '2.18.0',
    url: 'https://storage.googleapis.com/tensorflow/versions/2.18.0/libtensorflow-cpu-darwin-arm64.tar.gz',
    sha256: '462257d2792730dcb131fcf21bc826192ae5a2c418535f6347d051f10fc8be8a',
  },
};

/** The archive for a machine, or undefined where TensorFlow publishes none. */
export function libraryArchive(platform: string, arch: string, device: TensorflowDevice): LibraryArchive | undefined {
  return archives[`${platform}-${arch}-${device}`];
}
