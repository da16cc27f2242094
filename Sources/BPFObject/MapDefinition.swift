// SPDX-License-Identifier: Apache-2.0

public import BTF

/// A map as an object declares it. What may be chosen before it is created can be changed.
public struct MapDefinition: Sendable {
    /// The name of the declaring variable, or of the section for a map that holds a section's variables.
    public let name: String
    /// What kind of map it is.
    public var type: MapType
    /// The size of a key in bytes; 0 where the kind has none.
    public var keySize: UInt32
    /// The size of a value in bytes; 0 where the kind has none.
    public var valueSize: UInt32
    /// How many entries it holds at most; for a ring buffer its size in bytes.
    public var maxEntries: UInt32
    /// The flags with which it is created.
    public var flags: MapFlags
    /// Further settings of some kinds (`map_extra`). Linux 5.16.
    public var extra: UInt64 = 0
    /// The node whose memory it takes, where ``flags`` have ``MapFlags/numaNode``; else the kernel does not look at it.
    public var numaNode: UInt32 = 0
    /// Whether it outlives the process that creates it, under which name.
    public var pinning = Pinning.none
    /// The only program that may use it, by its name; `nil` lets all. Linux 6.18.
    public var exclusiveProgram: String?
    /// Whether it is created with the object; `SEC("?.struct_ops")` begins as `false`.
    public var isCreated = true
    /// The type of a key in the object's BTF; void where it is not declared.
    public var keyType: TypeID = .void
    /// The type of a value in the object's BTF; void where it is not declared.
    public var valueType: TypeID = .void
    /// What the values of a map of maps look like; `nil` for other kinds, and where the object does not say.
    ///
    /// The kernel takes only maps of the same kind and sizes for values, which it is shown one of.
    public var inner: MapDefinition? {
        get { innerDefinition.first }
        set { innerDefinition = newValue.map { [$0] } ?? [] }
    }
    /// A structure cannot hold another of its own kind; a list can.
    private var innerDefinition: [MapDefinition] = []
    /// The values that a map of maps or of programs has from the start.
    public var initialValues: [InitialValue] = []
    /// For a set of functions that the kernel calls (`struct_ops`), which ones.
    public internal(set) var structOperations: StructOperations?
    /// Whether it holds a section's variables.
    public internal(set) var isDataSection = false
    /// Whether it holds the extern variables in section `.kconfig`, whose values a kernel's configuration gives.
    public internal(set) var isKernelConfiguration = false
    /// What the first value holds at the start, for a map that holds a section's variables; `nil` for zeros.
    public internal(set) var contents: [UInt8]?
    /// Whether nobody writes to it once it has its contents: read-only data, whose values the verifier then knows.
    public internal(set) var isFrozen = false
    /// For a perf event array that takes the place of a ring buffer, how many bytes that was declared with.
    package var ringByteCount: UInt32?

    /// Under which name a map outlives the process that creates it.
    public enum Pinning: Sendable, Hashable {
        /// It goes with its last descriptor.
        case none
        /// As its own name in the directory that is given for it, `/sys/fs/bpf` as a rule (`LIBBPF_PIN_BY_NAME`). What is pinned there already is taken
        /// instead of a new one.
        case byName
    }

    /// A value that a map has from the start.
    public struct InitialValue: Sendable, Hashable {
        /// The key, a number.
        public let index: UInt32
        /// What stands under it.
        public let target: Target

        /// A map or a program under a number.
        public init(index: UInt32, target: Target) {
            self.index = index
            self.target = target
        }

        /// A map or a program of the same object, by their places in ``ObjectFile/maps`` and ``ObjectFile/programs``.
        public enum Target: Sendable, Hashable {
            case map(Int)
            case program(Int)
        }
    }

    /// A map that no object declares. Sizes are in bytes; `maxEntries` is the size in bytes of a ring buffer.
    public init(
        name: String, type: MapType, keySize: UInt32 = 0, valueSize: UInt32 = 0, maxEntries: UInt32 = 0, flags: MapFlags = []
    ) {
        self.name = name
        self.type = type
        self.keySize = keySize
        self.valueSize = valueSize
        self.maxEntries = maxEntries
        self.flags = flags
    }
}
