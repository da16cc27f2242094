// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// How a kernel was built, as far as objects ask for it with extern variables in section `.kconfig`.
///
/// A value of its own, so that an object can be made ready for a kernel that does not run: ``ObjectFile/configured(for:)``. What objects can ask for
/// beside options is what libbpf knows (`bpf_object__resolve_externs`).
public struct KernelConfiguration: Sendable, Hashable {
    /// The version, for `LINUX_KERNEL_VERSION`; `nil` where it is not known.
    public var version: KernelVersionCode?
    /// Whether programs can ask for the cookie of their attachment (`bpf_get_attach_cookie`, Linux 5.15), for `LINUX_HAS_BPF_COOKIE`; `nil` where it is
    /// not known.
    public var hasAttachCookies: Bool?
    /// Whether the functions of system calls take their arguments in one `struct pt_regs` (`CONFIG_ARCH_HAS_SYSCALL_WRAPPER`), for
    /// `LINUX_HAS_SYSCALL_WRAPPER`; `nil` where it is not known.
    public var hasSystemCallWrappers: Bool?
    /// The options by their names with `CONFIG_`, their values as they are written there: `y`, `m`, `n`, `"text"`, `250`, `0xff`. An option that is not
    /// set is not here.
    public var options: [String: String]

    /// A configuration; nothing is known but what is given.
    public init(
        version: KernelVersionCode? = nil, options: [String: String] = [:], hasAttachCookies: Bool? = nil, hasSystemCallWrappers: Bool? = nil
    ) {
        self.version = version
        self.options = options
        self.hasAttachCookies = hasAttachCookies
        self.hasSystemCallWrappers = hasSystemCallWrappers
    }

    /// Reads options from the text that the kernel's build writes: a line `CONFIG_NAME=value` for each that is set. The first line of several for one
    /// option counts, options that are there already stay, and lines of another kind are left out.
    ///
    /// - Parameter names: the options to keep, of some thousands; `nil` for all.
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/malformed`` for a line that begins with `CONFIG_` and has no value.
    public mutating func readOptions(_ text: ByteView, only names: Set<String>? = nil) throws(ObjectError) {
        let bytes = text.array()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.starts(with: "CONFIG_".utf8) else { continue }
            let separator = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
            let name = String(decoding: line[..<separator], as: UTF8.self)
            var value = line[separator...].dropFirst()
            if value.last == UInt8(ascii: "\r") { value.removeLast() }
            guard !value.isEmpty else { throw ObjectError(.malformed, "line \(number) of the kernel's configuration gives '\(name)' no value") }
            guard names?.contains(name) ?? true, options[name] == nil else { continue }
            options[name] = String(decoding: value, as: UTF8.self)
        }
    }
}

extension KernelConfiguration {
    /// The bytes that a variable has in this configuration; `nil` where it says nothing.
    fileprivate func bytes(of variable: ConfigurationVariable) throws(ObjectError) -> [UInt8]? {
        if variable.isOption {
            guard let text = options[variable.name] else { return nil }
            return try variable.bytes(for: text)
        }
        let number: UInt64?
        switch variable.name {
        case "LINUX_KERNEL_VERSION": number = version.map { UInt64($0.rawValue) }
        case "LINUX_HAS_BPF_COOKIE": number = hasAttachCookies.map { $0 ? 1 : 0 }
        case "LINUX_HAS_SYSCALL_WRAPPER": number = hasSystemCallWrappers.map { $0 ? 1 : 0 }
        // What a newer loader may know.
        case let name where name.hasPrefix("LINUX_") && variable.isWeak: number = nil
        default:
            throw ObjectError(
                .configuration,
                "the extern variable '\(variable.name)' of section .kconfig is neither an option (CONFIG_...) nor one of LINUX_KERNEL_VERSION, "
                    + "LINUX_HAS_BPF_COOKIE and LINUX_HAS_SYSCALL_WRAPPER")
        }
        guard let number else { return nil }
        return try variable.bytes(for: number)
    }
}

extension ObjectFile {
    /// Whether extern variables in section `.kconfig` still wait for their values.
    public var needsKernelConfiguration: Bool { maps.contains { $0.isKernelConfiguration && $0.contents == nil } }

    /// Gives the extern variables in section `.kconfig` the values of a kernel's configuration. Weak ones of which it says nothing are zero.
    ///
    /// Who loads an object for the running kernel need not call it. Section `.kconfig` becomes a map that is read-only for programs: Linux 5.2.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/configuration`` that names the first variable which is not weak and has no value, or whose type
    ///   cannot hold its value.
    public func configured(for configuration: KernelConfiguration) throws(ObjectError) -> ObjectFile {
        guard let index = maps.firstIndex(where: \.isKernelConfiguration) else { return self }
        var contents: [UInt8] = []
        // They stand in the order of their offsets, one behind the other.
        for variable in configurationVariables {
            let bytes = try configuration.bytes(of: variable)
            guard bytes != nil || variable.isWeak else {
                throw ObjectError(
                    .configuration,
                    "the object needs '\(variable.name)', which the kernel's configuration does not say; declare it weak, and it is zero then")
            }
            contents += bytes ?? [UInt8](repeating: 0, count: variable.size)
        }
        guard contents.count == Int(maps[index].valueSize) else {
            throw ObjectError(
                .wrongSize, "map '.kconfig' holds \(contents.count) bytes of variables, and its value size was set to \(maps[index].valueSize)")
        }
        var configured = self
        configured.maps[index].contents = contents
        return configured
    }
}
