-- SPDX-License-Identifier: GPL-2.0-only
-- wrk's requests: each for one of the routes, at random, always in the same order.
local requests = {}

function init(args)
	math.randomseed(1)
	for i = 0, ROUTES - 1 do
		requests[i] = wrk.format("GET", string.format("/api/res%04d/12345", i))
	end
end

function request()
	return requests[math.random(0, ROUTES - 1)]
end
