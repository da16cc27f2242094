// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BTF
import CLinux
import Glibc

/// What the kernel says of a map (`struct bpf_map_info`).
public struct MapInformation: Sendable, Hashable {
    /// The number by which the kernel knows the map while it is there.
    public let id: UInt32
    /// The first 15 bytes of its name.
    public let name: String
    /// What kind of map it is.
    public let type: MapType
    /// The size of a key in bytes.
    public let keySize: Int
    /// The size of a value in bytes, for one CPU where each has its own.
    public let valueSize: Int
    /// How many entries it holds at most.
    public let maxEntries: Int
    /// The flags with which it was created.
    public let flags: MapFlags
    /// Further settings of some kinds. Linux 5.16.
    public let extra: UInt64
    /// The number of the types of its object, and which of them are the key's and the value's; 0 where there are none.
    let typesID: UInt32, keyType: UInt32, valueType: UInt32

    init(_ information: bpf_map_information) {
        var information = information
        id = information.id
        name = withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        type = MapType(rawValue: information.type)
        keySize = Int(information.key_size)
        valueSize = Int(information.value_size)
        maxEntries = Int(information.max_entries)
        flags = MapFlags(rawValue: information.map_flags)
        extra = information.map_extra
        (typesID, keyType, valueType) = (information.btf_id, information.btf_key_type_id, information.btf_value_type_id)
    }
}

extension Map {
    /// What the kernel says of the map. Linux 4.13.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func information() throws(EBPFError) -> MapInformation {
        try Self.information(of: descriptor.number, "ask about map '\(name)'")
    }

    /// Opens a map of the machine's by its number. Linux 4.13; it takes CAP_SYS_ADMIN.
    ///
    /// - Throws: ``EBPFError`` where there is none with that number, or this process may not.
    public init(id: UInt32) throws(EBPFError) {
        let operation = "open map \(id)"
        let descriptor = try Self.open(id, operation)
        self.init(try Self.information(of: descriptor.number, operation), descriptor)
    }

    private static func open(_ id: UInt32, _ operation: String) throws(EBPFError) -> SharedDescriptor {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.mapDescriptorByID, &attributes)
        guard number >= 0 else {
            guard number != -ENOENT else {
                throw EBPFError(
                    .noSuchTarget, operation, cause: "the kernel has no map of that number", remedy: "'bpftool map' lists them", errno: ENOENT)
            }
            throw EBPFError(system: -number, operation, attempting: .findByNumber)
        }
        return SharedDescriptor(Descriptor(number))
    }

    /// Opens the map that is pinned at a path of a BPF file system. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where nothing is pinned there, it is no map, or this process may not open it.
    public init(pinnedAt path: String) throws(EBPFError) {
        let operation = "open the map pinned at \(path)"
        let number = PinnedObject.open(path)
        guard number >= 0 else { throw EBPFError(openingPin: path, errno: -number, operation) }
        let descriptor = SharedDescriptor(Descriptor(number))
        guard [.known(.map), .unknown].contains(DescriptorKind.of(number)) else {
            throw EBPFError(.invalid, operation, cause: "what is pinned there is no map", remedy: "open it as what it is: a program or a link")
        }
        self.init(try Self.information(of: number, operation), descriptor)
    }

    /// Opens the maps of the machine that have a name, of which the kernel keeps 15 bytes; several may have the same. Linux 4.15; it takes
    /// CAP_SYS_ADMIN. Others are closed before the next is looked at: no more descriptors are taken than there are such maps, and one.
    ///
    /// - Throws: ``EBPFError`` where this process may not list maps.
    public static func named(_ name: String) throws(EBPFError) -> [Map] {
        let kept = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        var maps: [Map] = []
        try forEachOfMachine { information, descriptor in
            if information.name == kept { maps.append(Map(information, descriptor)) }
        }
        return maps
    }

    /// Opens all maps of the machine, in the order of their numbers: each takes a descriptor. Linux 4.13; it takes CAP_SYS_ADMIN.
    ///
    /// - Throws: ``EBPFError`` where this process may not list maps, or there are more than it may have descriptors.
    public static func all() throws(EBPFError) -> [Map] {
        var maps: [Map] = []
        try forEachOfMachine { maps.append(Map($0, $1)) }
        return maps
    }

    /// Opens one map of the machine after the other, in the order of their numbers; what `body` does not keep is closed before the next.
    static func forEachOfMachine(_ body: (MapInformation, SharedDescriptor) -> Void) throws(EBPFError) {
        var attributes = bpf_descriptor_by_id_attributes()
        while true {
            let status = bpf(.mapNextID, &attributes)
            guard status != -ENOENT else { return }
            guard status >= 0 else { throw EBPFError(system: -status, "list maps", attempting: .findByNumber) }
            attributes.id = attributes.next_id
            let operation = "open map \(attributes.id)"
            do throws(EBPFError) {
                let descriptor = try open(attributes.id, operation)
                body(try information(of: descriptor.number, operation), descriptor)
            } catch {
                // It has gone meanwhile.
                guard error.errno == ENOENT else { throw error }
            }
        }
    }

    private init(_ information: MapInformation, _ descriptor: SharedDescriptor) {
        let definition = MapDefinition(
            name: information.name, type: information.type, keySize: UInt32(clamping: information.keySize),
            valueSize: UInt32(clamping: information.valueSize), maxEntries: UInt32(clamping: information.maxEntries), flags: information.flags)
        self.init(definition, descriptor: descriptor)
        kernel = KernelMapTypes(information)
    }

    private static func information(of descriptor: Int32, _ operation: String) throws(EBPFError) -> MapInformation {
        var information = bpf_map_information()
        let status = objectInformation(of: descriptor, &information)
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        return MapInformation(information)
    }

    /// The types of its keys and values, as its object or the kernel describe them; `nil` where they do not. Linux 4.18.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses; before Linux 5.19 it needs CAP_SYS_ADMIN.
    public func types() throws(EBPFError) -> MapTypes? {
        if let described { return described }
        return try Self.types(information())
    }

    static func types(_ information: MapInformation) throws(EBPFError) -> MapTypes? {
        guard information.typesID != 0, information.valueType != 0 else { return nil }
        let btf = try KernelObjectTypes.read(information.typesID, "read the types of map '\(information.name)'")
        return MapTypes(btf: btf, key: TypeID(information.keyType), value: TypeID(information.valueType))
    }

    /// Pins the map at a path of a BPF file system, where it outlives this process. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where something stands there, or the directory is in no BPF file system.
    public func pin(at path: String) throws(EBPFError) { try MapPinning.pin(descriptor.number, name, at: path) }

    /// Removes a pin; the map stays as long as somebody has it.
    ///
    /// - Throws: ``EBPFError`` where nothing is pinned there, another map is, or it cannot be removed.
    public func unpin(from path: String) throws(EBPFError) {
        let operation = "unpin map '\(name)' from \(path)"
        let pinned = try Map(pinnedAt: path)
        guard try pinned.information().id == information().id else {
            throw EBPFError(
                .invalid, operation, cause: "map '\(pinned.name)' (\(pinned.type)) is pinned there", remedy: "unpin that, or give the right path")
        }
        guard unlink(path) == 0 else { throw EBPFError(system: errno, operation) }
    }
}
