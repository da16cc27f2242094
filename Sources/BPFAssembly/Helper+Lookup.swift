// SPDX-License-Identifier: Apache-2.0

extension Helper {
    /// The helper that a call instruction with this number calls; `nil` where Linux has none.
    public static func numbered(_ number: Int32) -> Helper? {
        // Numbers begin at 1 and have no gaps.
        let index = Int(number) - 1
        guard all.indices.contains(index), all[index].number == number else { return all.first { $0.number == number } }
        return all[index]
    }

    /// The helper of this name, with or without `bpf_`; `nil` where Linux has none.
    public static func named(_ name: some StringProtocol) -> Helper? {
        let short = name.hasPrefix("bpf_") ? String(name.dropFirst(4)) : String(name)
        return all.first { $0.name == short }
    }

    /// The place of the parameter that is a map; `nil` where none is.
    package var mapParameter: Int? {
        let names = parameters.split(separator: ",").map { $0.split(whereSeparator: { " *".contains($0) }).last ?? "" }
        return names.firstIndex { $0 == "map" || $0 == "prog_array_map" || $0 == "ringbuf" }
    }
}
