// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs may ask that run at a function of the kernel, where they take it as their first parameter, before the function's own: those of sections
/// `fentry/FUNCTION`, `fexit/FUNCTION`, `fmod_ret/FUNCTION`, `fsession/FUNCTION`, `lsm/HOOK` and `tp_btf/NAME`.
///
///     @section("fexit/do_unlinkat")
///     func unlinked(_ context: FunctionContext, dfd: Int32, name: TrustedPointer<filename>, result: Int32) {
///         log("%d, as attachment %d", result, context.cookie)
///     }
///
/// The parameters behind it are the function's, with its answer last where it has answered; they are compared with the kernel's types when the kernel half
/// is compiled. Linux 5.5.
@frozen public struct FunctionContext: AttachedContext {
    /// Where the arguments lie.
    public let address: UnsafeMutableRawPointer

    /// The function, by its address; in programs of `fentry`, `fexit` and `fmod_ret`. Linux 5.15.
    @inline(__always) public var function: UInt { UInt(bpf_get_func_ip(address)) }

    /// How many arguments the function has; in programs of `fentry`, `fexit` and `fmod_ret`. Linux 5.17.
    @inline(__always) public var argumentCount: Int { Int(bpf_get_func_arg_cnt(address)) }
}
