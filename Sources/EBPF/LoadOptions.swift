// SPDX-License-Identifier: Apache-2.0

public import BTF

/// What may be chosen when an object is loaded.
public struct LoadOptions: Sendable {
    /// The types that CO-RE is resolved against; `nil` for those of the running kernel and its modules.
    public var kernelTypes: BTF?
    /// The directory of a bpf file system in which maps are pinned that the object wants pinned by their names; `nil` pins none.
    public var pinDirectory: String?
    /// For programs that attach to other programs (`freplace`, and `fentry` and `fexit` of one), those others, by the names of the attaching ones.
    public var targets: [String: Program]

    /// The running kernel's types, and maps pinned in `/sys/fs/bpf`.
    public init(kernelTypes: BTF? = nil, pinDirectory: String? = "/sys/fs/bpf", targets: [String: Program] = [:]) {
        self.kernelTypes = kernelTypes
        self.pinDirectory = pinDirectory
        self.targets = targets
    }
}
