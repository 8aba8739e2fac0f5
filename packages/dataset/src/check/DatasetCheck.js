export {};
//# sourceMappingURL=DatasetCheck.js.map