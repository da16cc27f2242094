// SPDX-License-Identifier: Apache-2.0

/// What a key or a value of a map is.
enum MapPart: Sendable, Hashable {
    /// There is none, or the kernel knows.
    case none
    case type(KernelHalfTypes.ID)
    /// What has no type in the object: numbers of kernel objects.
    case byteCount(Int)
}

/// The types of the kernel half's library that are maps, and what their keys and values are.
struct MapTypes {
    /// What is said of a key or a value.
    enum Part: Sendable {
        case none
        /// What the generic type was made for, by its place.
        case argument(Int)
        /// An index.
        case unsigned32
        /// What the kernel demands of the keys of storages: a descriptor.
        case int
        case byteCount(Int)
    }

    let key: Part
    let value: Part
    /// Which argument says what the records of a buffer are.
    var record: Int?
    /// Which argument says what the maps in this map are.
    var inner: Int?
    var arePrograms = false
    /// Whether a number of 64 bits follows the declaration (`map_extra`).
    var hasExtra = false

    private static let array = MapTypes(key: .unsigned32, value: .argument(0))
    private static let hash = MapTypes(key: .argument(0), value: .argument(1))
    private static let values = MapTypes(key: .none, value: .argument(0))
    private static let storage = MapTypes(key: .int, value: .argument(0))
    private static let numbers = MapTypes(key: .byteCount(4), value: .byteCount(4))

    static let all: [String: MapTypes] = [
        "ArrayMap": array, "PerCPUArrayMap": array,
        "HashMap": hash, "PerCPUHashMap": hash, "LRUHashMap": hash, "LRUPerCPUHashMap": hash, "LPMTrie": hash,
        "RingBuffer": MapTypes(key: .none, value: .none, record: 0), "PerfBuffer": MapTypes(key: .byteCount(4), value: .byteCount(4), record: 0),
        "UserRingBuffer": MapTypes(key: .none, value: .none, record: 0), "EventStream": MapTypes(key: .none, value: .none),
        "Arena": MapTypes(key: .none, value: .none, hasExtra: true),
        "QueueMap": values, "StackMap": values, "BloomFilter": values,
        "TaskStorage": storage, "CgroupStorage": storage, "InodeStorage": storage, "SocketStorage": storage,
        "ProgramArray": MapTypes(key: .byteCount(4), value: .byteCount(4), arePrograms: true), "CgroupArray": numbers, "DevMap": numbers,
        "DevMapHash": numbers, "CPUMap": numbers, "XSKMap": numbers,
        // A value is a socket's number, or where user space asks for it, its cookie.
        "SockMap": MapTypes(key: .byteCount(4), value: .byteCount(8)), "ReuseportSockArray": MapTypes(key: .byteCount(4), value: .byteCount(8)),
        "SockHash": MapTypes(key: .argument(0), value: .byteCount(8)),
        // PERF_MAX_STACK_DEPTH of include/uapi/linux/perf_event.h.
        "StackTraceMap": MapTypes(key: .byteCount(4), value: .byteCount(127 * 8)),
        "ArrayOfMaps": MapTypes(key: .unsigned32, value: .byteCount(4), inner: 0),
        "HashOfMaps": MapTypes(key: .argument(0), value: .byteCount(4), inner: 1),
    ]
}
