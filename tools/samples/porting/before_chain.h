/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/notifier.h>

enum { LED_ON = 1, LED_BLINK };

struct led_args {
	int led;
	unsigned int ms;
	int ret;
};

int led_chain_register(struct notifier_block *nb);
int led_chain_unregister(struct notifier_block *nb);
