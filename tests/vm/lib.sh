# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Guests of QEMU: what they are started from, and what they say. Sourced by
# "run", with $work the folder for everything.

# What a guest may take, on a machine that is busy with other things as well
seconds=${VM_SECONDS:-600}
modules='virtio_pci 9pnet_virtio 9p overlay hid-generic uhid efivarfs'
firmware=/usr/share/OVMF
number=0
failed=0

say()
{
	number=$((number + 1))
	echo "$1 $number - $2"
	[ "$1" = ok ] || failed=$((failed + 1))
}

give_up()
{
	echo "Bail out! $*"
	exit 1
}

# unpack PACKAGE FILE...: these files of a package of Debian, below
# $work/debian. It is not installed: some set up how the machine boots.
unpack()
{
	local package=$1

	shift
	mkdir -p "$work/debian/packages"
	(cd "$work/debian/packages" && apt-get -q download "$package") \
	    >"$work/download.log" 2>&1 ||
		give_up "apt-get download $package: $(tail -n 1 "$work/download.log")"
	dpkg --fsys-tarfile "$work/debian/packages/${package}"_*.deb |
		tar -x -C "$work/debian" --wildcards "$@" ||
		give_up "$package has no $*"
}

# The kernel that Debian's linux-image-amd64 stands for
unpack_kernel()
{
	local package

	package=$(apt-cache depends linux-image-amd64 2>/dev/null |
	    awk '$1 == "Depends:" { print $2; exit }')
	[ -n "$package" ] ||
		give_up "apt does not know linux-image-amd64; try apt-get update"
	unpack "$package" './boot/vmlinuz-*' './lib/modules/*/modules.*' \
	    './lib/modules/*/kernel/'{drivers/{virtio,hid},fs,net/9p}'/*'
	kernel=${package#linux-image-}
	depmod -b "$work/debian" "$kernel" 2>"$work/depmod.log" ||
		give_up "depmod: $(tail -n 1 "$work/depmod.log")"
	echo "# $package" "$(dpkg-deb -f \
	    "$work/debian/packages/${package}"_*.deb Version)"
}

# What comes before the machine's own files: busybox and some modules.
make_initrd()
{
	local root=$work/initrd applet module

	mkdir -p "$root"/{bin,dev,machine,memory,guest,modules,proc,sys}
	cp /bin/busybox "$root/bin/"
	for applet in sh insmod mkdir mount poweroff switch_root; do
		ln -s busybox "$root/bin/$applet"
	done
	cp "$here/init" "$root/init"
	for module in $modules; do
		modprobe -d "$work/debian" -S "$kernel" -D "$module" ||
			give_up "$module is not there"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' \
	    >"$work/modules"
	while read -r module; do
		cp "$module" "$root/modules/"
		echo "${module##*/}" >>"$root/modules/order"
	done <"$work/modules"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) \
	    >"$work/boot/initrd"
}

# The disk from which firmware boots what Microsoft and Debian have signed:
# shim, grub, the kernel. The command line is the same without firmware.
make_boot_files()
{
	local efi=$work/boot/EFI

	mkdir -p "$efi/BOOT" "$efi/debian"
	unpack_kernel
	unpack shim-signed ./usr/lib/shim/shimx64.efi.signed
	unpack grub-efi-amd64-signed \
	    ./usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed
	cp "$work/debian/usr/lib/shim/shimx64.efi.signed" \
	    "$efi/BOOT/BOOTX64.EFI"
	cp "$work/debian/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" \
	    "$efi/BOOT/grubx64.efi"
	cp "$work/debian/boot/vmlinuz-$kernel" "$work/boot/vmlinuz"
	make_initrd
	cat >"$efi/debian/grub.cfg" <<-EOT
		linux /vmlinuz $command_line
		initrd /initrd
		boot
	EOT
}
command_line='console=ttyS0 quiet panic=-1 mitigations=off'

# start_tpm NAME: with the state that it was left in, or new.
start_tpm()
{
	if [ ! -e "$work/$1.tpm" ]; then
		mkdir "$work/$1.tpm"
		swtpm_setup --tpm2 --tpmstate "$work/$1.tpm" \
		    --pcr-banks sha256 >"$work/tpm.log" 2>&1 ||
			give_up "swtpm_setup: $(cat "$work/tpm.log")"
	fi
	swtpm socket --tpm2 --tpmstate "dir=$work/$1.tpm" --daemon \
	    --terminate --ctrl "type=unixio,path=$work/tpm.sock" \
	    >"$work/tpm.log" 2>&1 || give_up "swtpm: $(cat "$work/tpm.log")"
}

# The machine's hardware, and its files, which it sees as they are.
hardware()
{
	options=(
		-accel "tcg,thread=multi,tb-size=512" -cpu max -smp 1 -m 1024
		-nodefaults -display none -no-reboot
		-serial "file:$work/console" -serial stdio
		-chardev "socket,id=tpm,path=$work/tpm.sock"
		-tpmdev "emulator,id=tpm,chardev=tpm"
		-device "tpm-crb,tpmdev=tpm"
		-virtfs "local,path=/,mount_tag=machine,security_model=none,readonly=on,multidevs=remap"
		-virtfs "local,path=$work/given,mount_tag=given,security_model=none"
	)
}

# With the keys of Microsoft, so that firmware takes what these have signed.
secure_boot()
{
	cp "$firmware/OVMF_VARS_4M.ms.fd" "$work/variables"
	options+=(
		-machine "q35,smm=on" -global ICH9-LPC.disable_s3=1
		-global "driver=cfi.pflash01,property=secure,value=on"
		-drive "if=pflash,format=raw,unit=0,readonly=on,file=$firmware/OVMF_CODE_4M.ms.fd"
		-drive "if=pflash,format=raw,unit=1,file=$work/variables"
		-drive "if=none,id=boot,format=vvfat,readonly=on,file=fat:$work/boot"
		-device "virtio-blk-pci,drive=boot,bootindex=1"
	)
}

# Without UEFI
plain_boot()
{
	options+=(-machine q35 -kernel "$work/boot/vmlinuz"
		-initrd "$work/boot/initrd" -append "$command_line")
}

# What the guest finds in its environment
environment()
{
	local name

	for name in ATT_MODULE ATT_PROGRAMS ATTESTCTL SOFTKEY LOG_LISTENER; do
		declare -p "$name"
	done | sed 's/^declare -[-a-z]* /export /'
	printf 'export VM_GUEST=%q VM_CASES=%q top_srcdir=%q top_builddir=%q\n' \
	    "$here/guest" "$*" "$(cd "$here/../.." && pwd)" "$top_builddir"
}

# TAP of the guest as ours, as it comes; its other lines only behind "#".
relay()
{
	local line verdict=

	while IFS= read -r line; do
		line=${line//[^[:print:]]/}
		case $line in
		'ok '*) say ok "${line#*- }" ;;
		'not ok '*) say 'not ok' "${line#*- }" ;;
		'# the guest ends: '*) verdict=${line##* } ;;
		'#'*) echo "$line" ;;
		esac
	done
	[ "$verdict" = 0 ] && return
	say 'not ok' "a guest comes to its end: $1"
	if [ -n "$verdict" ]; then
		echo "# its script ended with $verdict"
	else
		echo "# it died, or was stopped after $seconds s; its console:"
		tr -cd '\12\40-\176' <"$work/console" | head -n 40 |
			sed 's/^/#   /'
	fi
}

# is_chosen CASE
is_chosen()
{
	[ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]
}

# guest BOOT TPM CASE...: a guest that is started in that way with that TPM, and
# runs those cases.
guest()
{
	local begin=$SECONDS boot=$1 tpm=$2 cases=() name

	shift 2
	for name in "$@"; do
		! is_chosen "$name" || cases+=("$name")
	done
	[ ${#cases[@]} -gt 0 ] || return 0
	start_tpm "$tpm"
	hardware
	"${boot}_boot"
	environment "${cases[@]}" >"$work/given/environment"
	: >"$work/console"
	echo "# $boot boot, TPM \"$tpm\": ${cases[*]}"
	relay "${cases[*]}" < <(timeout -k 5 "$seconds" qemu-system-x86_64 \
	    "${options[@]}" 2>"$work/qemu.log" </dev/null ||
	    sed 's/^/# qemu: /' "$work/qemu.log")
	echo "# it took $((SECONDS - begin)) s"
}
