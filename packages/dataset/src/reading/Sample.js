export {};
//# sourceMappingURL=Sample.js.map