// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import CLinux
import Glibc

/// The types of a map's keys and values as the kernel has them, read when they are asked for: a process may look at many maps, and use few.
final class KernelMapTypes: Sendable {
    private let information: MapInformation
    private let found = Locked<MapTypes??>(nil)

    init(_ information: MapInformation) { self.information = information }

    /// Whether they were asked for.
    var isRead: Bool { found.withLock { if case .some = $0 { true } else { false } } }

    /// `nil` where there are none, or this process may not read them.
    var types: MapTypes? {
        found.withLock { found in
            if let found { return found }
            let types = (try? Map.types(information)) ?? nil
            found = .some(types)
            return types
        }
    }
}

/// The types of a loaded object, as the kernel has them.
enum KernelObjectTypes {
    /// Reads the types with a number. Linux 5.0.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses; before Linux 5.19 it needs CAP_SYS_ADMIN.
    static func read(_ id: UInt32, _ operation: String) throws(EBPFError) -> BTF {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.btfDescriptorByID, &attributes)
        guard number >= 0 else { throw EBPFError(system: -number, operation, needs: [.systemAdministration]) }
        let types = Descriptor(number)
        // The first call says how many bytes there are, the second copies them.
        var information = bpf_types_information()
        var status = objectInformation(of: types.number, &information)
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        var bytes = [UInt8](repeating: 0, count: Int(information.btf_size))
        status = bytes.withUnsafeMutableBytes { bytes in
            information = bpf_types_information()
            information.btf = address(bytes.baseAddress)
            information.btf_size = UInt32(clamping: bytes.count)
            return objectInformation(of: types.number, &information)
        }
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        do {
            return try BTF(ByteView(bytes))
        } catch { throw EBPFError(.object, operation, cause: error.description) }
    }
}
