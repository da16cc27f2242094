// SPDX-License-Identifier: Apache-2.0

/// The maps in which loaders say where the arguments of probes are (USDT), with libbpf's names and sizes (`usdt.bpf.h`, up to libbpf 1.6).
struct USDTMaps {
    let name: String
    let shape: MapShape
    let entries: KernelHalfPlan.MapEntries

    private static let names = ["__bpf_usdt_specs", "__bpf_usdt_ip_to_spec_id"]

    static func isName(_ name: String) -> Bool { names.contains(name) }

    /// The map that a marker asks for: `i32 0`.
    static func name(_ argument: Substring) -> String? {
        argument.split(separator: " ").last.flatMap { Int($0) }.flatMap { names.indices.contains($0) ? names[$0] : nil }
    }

    /// The structure of a description, whose members loaders find by their names.
    private static func description(_ types: inout KernelHalfTypes) -> KernelHalfTypes.ID {
        func integer(_ name: String, _ byteCount: Int, _ isSigned: Bool) -> KernelHalfTypes.ID {
            types.add(.integer(name: name, byteCount: byteCount, isSigned: isSigned))
        }
        let (byte, signedByte) = (integer("unsigned char", 1, false), integer("signed char", 1, true))
        let (short, signedShort) = (integer("unsigned short", 2, false), integer("short", 2, true))
        let (boolean, word) = (types.add(.boolean), types.unsigned64)
        func member(_ name: String, _ offset: Int, _ type: KernelHalfTypes.ID) -> KernelHalfTypes.Member {
            .init(name: name, offset: offset, type: type)
        }
        let argument = types.add(
            .structure(
                name: "__bpf_usdt_arg_spec", byteCount: 16,
                members: [
                    member("val_off", 0, word), member("arg_type", 8, byte), member("scale_bitshift", 9, byte), member("idx_reg_off", 10, short),
                    member("reg_off", 12, signedShort), member("arg_signed", 14, boolean), member("arg_bitshift", 15, signedByte),
                ]))
        let arguments = types.add(.array(of: argument, count: 12))
        return types.add(
            .structure(
                name: "__bpf_usdt_spec", byteCount: 208,
                members: [member("args", 0, arguments), member("usdt_cookie", 192, word), member("arg_cnt", 200, signedShort)]))
    }

    static func all(_ types: inout KernelHalfTypes) -> [USDTMaps] {
        let description = description(&types)
        return [
            // BPF_MAP_TYPE_ARRAY, and BPF_MAP_TYPE_HASH with four places for each description.
            USDTMaps(
                name: names[0], shape: MapShape(type: 2, maxEntries: 256), entries: .init(key: .type(types.unsigned32), value: .type(description))),
            USDTMaps(
                name: names[1], shape: MapShape(type: 1, maxEntries: 1024),
                entries: .init(key: .type(types.unsigned64), value: .type(types.unsigned32))),
        ]
    }
}
