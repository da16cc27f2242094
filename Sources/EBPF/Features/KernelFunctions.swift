// SPDX-License-Identifier: Apache-2.0

import BTF

/// The functions of the kernel that programs may call (kfuncs).
public enum KernelFunctions {
    /// A function, and whose it is.
    public struct Function: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// The module that has it; `nil` for the kernel itself.
        public let module: String?
    }

    /// All that the types of the running kernel and its modules mark as such, by name; which programs may call one is asked for each
    /// (``KernelFeatures/support(ofKernelFunction:in:)``).
    ///
    /// - Returns: `nil` where nothing is marked: kernels before 6.9, or built with a pahole before 1.26.
    /// - Throws: ``EBPFError`` where the kernel's types cannot be read.
    public static func marked() throws(EBPFError) -> [Function]? {
        let kernel = try KernelTypes.running()
        var found = names(in: kernel).map { Function(name: $0, module: nil) }
        for module in KernelModules.running(on: kernel) {
            found += names(in: module.types).map { Function(name: $0, module: module.name) }
        }
        return found.isEmpty ? nil : found.sorted { ($0.name, $0.module ?? "") < ($1.name, $1.module ?? "") }
    }

    /// The names of functions with the declaration tag `bpf_kfunc`.
    private static func names(in types: BTF) -> Set<String> {
        var names: Set<String> = []
        let first = UInt32(clamping: types.base?.count ?? 0)
        for id in types.types(ofKinds: [.declarationTag]) where id.rawValue >= first {
            guard case .declarationTag("bpf_kfunc", let function, -1)? = try? types.type(id), let name = try? types.name(of: function) else {
                continue
            }
            names.insert(name)
        }
        return names
    }
}
