export {};
//# sourceMappingURL=LoadOptions.js.map