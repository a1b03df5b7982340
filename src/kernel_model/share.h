/*
 * NT's share rule: which opens of one file can stand side by side.
 *
 * Purpose    One place for the rule of KERNEL.md 4.2, used by opens and by the parent check of a
 *            rename.
 * State      struct share_access, part of a file's or directory's slot.
 * Units      access: a mapped access mask (no generic bits). share: FILE_SHARE_ bits.
 */
#ifndef KERNEL_MODEL_SHARE_H
#define KERNEL_MODEL_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/world.h"

/* GENERIC_ bits replaced by the file rights that they stand for. */
uint32_t access_map(uint32_t access);

/* What an open with this access uses, as FILE_SHARE_ bits. */
uint32_t share_uses(uint32_t access);

/* Does an open with this access take part in sharing? Attribute and synchronize rights alone do
 * not. */
bool share_participates(uint32_t access);

/* Would a new open fit beside the present ones? Opens that do not take part always do. */
bool share_fits(const struct share_access *s, uint32_t access, uint32_t share);

/* Counts an open in or out; no effect for one that does not take part. */
void share_add(struct share_access *s, uint32_t access, uint32_t share);
void share_remove(struct share_access *s, uint32_t access, uint32_t share);

#endif
