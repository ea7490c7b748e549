/* SPDX-License-Identifier: GPL-2.0-only */
int quirk_delay_ms(int port);
