// SPDX-License-Identifier: Apache-2.0

/// Evaluates the functions that would set globals when they are first asked for: after the optimizer they are stores of constants, and loops of such.
struct InitialValues {
    /// By the global's name: its first bytes.
    private(set) var bytes: [String: [UInt8]] = [:]
    private let sizes: [String: Int]
    private let constants: [String: [UInt8]]
    private let types: [String: String]

    /// - Parameters:
    ///   - sizes: how many bytes each global has.
    ///   - constants: the bytes of those that never change.
    ///   - types: what `%name` stands for.
    init(sizes: [String: Int], constants: [String: [UInt8]], types: [String: String] = [:]) {
        self.sizes = sizes
        self.constants = constants
        self.types = types
    }

    /// Evaluates one function.
    ///
    /// - Returns: whether all that it does is known: it computes with constants, and stores into globals.
    mutating func evaluate(_ function: IRFunction) -> Bool {
        var evaluation = Evaluation(function, globals: bytes, sizes: sizes, constants: constants, types: types)
        guard evaluation.run() else { return false }
        bytes = evaluation.globals
        return true
    }
}
