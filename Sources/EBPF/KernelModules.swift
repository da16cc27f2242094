// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import CLinux
import Glibc

/// The types of a module of the running kernel, with the descriptor by which the kernel knows them.
struct KernelModule: Sendable {
    let name: String
    let types: BTF
    let descriptor: SharedDescriptor
}

/// The modules of the running kernel that have types.
enum KernelModules {
    /// Reads the types of all modules, Linux 5.11 or newer. What cannot be read of one is left out, and spoils no other.
    ///
    /// The kernel lists all types that it holds, with those of programs, under numbers (`BPF_BTF_GET_NEXT_ID`), which needs CAP_SYS_ADMIN; who may not
    /// ask gets none.
    static func running(on kernel: BTF) -> [KernelModule] {
        var modules: [KernelModule] = []
        var attributes = bpf_descriptor_by_id_attributes()
        while bpf(.btfNextID, &attributes) >= 0 {
            attributes.id = attributes.next_id
            guard let number = descriptor(ofTypes: attributes.id) else { continue }
            if let module = read(number, on: kernel) { modules.append(module) }
        }
        return modules
    }

    private static func descriptor(ofTypes id: UInt32) -> SharedDescriptor? {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.btfDescriptorByID, &attributes)
        return number >= 0 ? SharedDescriptor(Descriptor(number)) : nil
    }

    private static func read(_ descriptor: SharedDescriptor, on kernel: BTF) -> KernelModule? {
        var name = [UInt8](repeating: 0, count: 64)
        var information = bpf_types_information()
        let status = name.withUnsafeMutableBytes { name in
            information.name = address(name.baseAddress)
            information.name_len = UInt32(name.count)
            return objectInformation(of: descriptor.number, &information)
        }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        guard status >= 0, information.kernel_btf != 0, text != "vmlinux", !text.isEmpty,
            let bytes = bytes(of: descriptor, count: Int(information.btf_size)), let types = try? BTF(ByteView(bytes), base: kernel)
        else { return nil }
        return KernelModule(name: text, types: types, descriptor: descriptor)
    }

    private static func bytes(of descriptor: SharedDescriptor, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = bytes.withUnsafeMutableBytes { bytes in
            var information = bpf_types_information()
            information.btf = address(bytes.baseAddress)
            information.btf_size = UInt32(clamping: bytes.count)
            return objectInformation(of: descriptor.number, &information)
        }
        return status >= 0 ? bytes : nil
    }
}
