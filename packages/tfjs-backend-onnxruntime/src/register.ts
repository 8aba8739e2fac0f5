import { registerOnnxRuntimeBackend } from './registerOnnxRuntimeBackend.js';

registerOnnxRuntimeBackend();
